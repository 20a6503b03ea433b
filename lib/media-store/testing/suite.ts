/** What every media store must do, whatever it keeps its files in. Each store's own test runs this, and adds what only it can do. */
import { describe, expect, it } from 'vitest';
import type { ListedFolder, MediaStore } from '../media-store';

/** A store, and hands to change what is in it. Paths are below its root, with slashes between the names. */
export interface StoreUnderTest {
  store: MediaStore;
  /** Key of the folder that everything is put in. */
  root: string;
  /** Writes a file in place; folders are made. */
  put(path: string, bytes: string): Promise<void>;
  /** Puts another file in the place of one. */
  replace(path: string, bytes: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** A file, or a folder with all that is in it. */
  remove(path: string): Promise<void>;
}

/** @param open makes an empty store @param close is called after each test */
export function describeMediaStore(
  name: string,
  open: () => Promise<StoreUnderTest>,
  close: (under: StoreUnderTest) => Promise<void> = async () => undefined,
): void {
  /** A test with a store in which there is `found`, by path. */
  const withStore = (text: string, found: Record<string, string>, test: (under: StoreUnderTest) => Promise<void>) =>
    it(text, async () => {
      const under = await open();
      try {
        for (const [path, bytes] of Object.entries(found)) await under.put(path, bytes);
        await test(under);
      } finally {
        await close(under);
      }
    });

  describe(name, () => {
    describe('a listing', () => {
      const names = ['b/2.FLAC', 'b/1.Mp3', 'b/cover.PNG', 'b/folder.jpg', 'a/x.opus', 'a/x.txt', 'a/x.aac'];
      const music = Object.fromEntries([...names, 'c/deep/er/y.oga', 'z.wav'].map((path) => [path, 'x']));

      withStore(
        'has each folder before those below it, and audio of any spelling in the order of names',
        music,
        async (under) => {
          const folders = await listAll(under);
          expect(folders.map(({ folder }) => shown(under, folder))).toEqual(['', 'a', 'b', 'c', 'c/deep', 'c/deep/er']);
          const files = folders.flatMap((folder) => folder.files.map(({ key }) => shown(under, key)));
          expect(files).toEqual(['z.wav', 'a/x.opus', 'b/1.Mp3', 'b/2.FLAC', 'c/deep/er/y.oga']);
          expect(folders.flatMap(({ problems }) => problems)).toEqual([]);
        },
      );

      withStore('finds the best cover beside the files, and none where there is none', music, async (under) => {
        const pictures = (await listAll(under)).map(({ picture }) => picture && shown(under, picture.key));
        expect(pictures).toEqual([null, null, 'b/cover.PNG', null, null, null]);
      });

      const songs = {
        'a/1.mp3': 'x',
        'a/1.LRC': 'four',
        'a/2.Flac': 'x',
        'a/3.lrc': 'x',
        'b/2.lrc': 'x',
        'a/1.lrc.txt': 'x',
      };
      withStore('finds the lyrics beside a file by its name', songs, async (under) => {
        const files = (await listAll(under)).flatMap((folder) => folder.files);
        const { size, mtimeMs } = await under.store.stat(key(under, 'a/1.LRC'));
        expect(files.map(({ lyrics }) => lyrics)).toEqual([{ key: key(under, 'a/1.LRC'), size, mtimeMs }, null]);
        expect(size).toBe(4);
      });

      withStore('says of a file what `stat` says', { 'a/1.mp3': 'twelve bytes' }, async (under) => {
        const [file] = (await listAll(under)).flatMap(({ files }) => files);
        const { size, mtimeMs } = await under.store.stat(key(under, 'a/1.mp3'));
        expect(file).toEqual({ key: key(under, 'a/1.mp3'), size, mtimeMs, lyrics: null });
        expect(size).toBe(12);
      });

      const hidden = { '.x.mp3': 'x', '.git/y.mp3': 'x', 'z/.trash/q.mp3': 'x', 'z/.cover.jpg': 'x', 'z/a.mp3': 'x' };
      withStore('leaves out what is hidden', hidden, async (under) => {
        const folders = await listAll(under);
        expect(folders.map(({ folder }) => shown(under, folder))).toEqual(['', 'z']);
        expect(folders.flatMap(({ files }) => files.map((file) => shown(under, file.key)))).toEqual(['z/a.mp3']);
      });

      withStore('can begin below the root', { 'a/b/1.mp3': 'x', 'c/2.mp3': 'x' }, async (under) => {
        const folders = await listAll(under, key(under, 'a'));
        expect(folders.map(({ folder }) => shown(under, folder))).toEqual(['a', 'a/b']);
      });

      withStore('can be of one folder alone, with or without those below', music, async (under) => {
        for (const [below, expected] of [
          [false, ['c']],
          [true, ['c', 'c/deep', 'c/deep/er']],
        ] as const) {
          const folders = [];
          const part = { folder: key(under, 'c'), below };
          for await (const { folder } of under.store.list(under.root, part)) folders.push(shown(under, folder));
          expect(folders).toEqual(expected);
        }
        expect(await under.store.isFolder(key(under, 'c'))).toBe(true);
        for (const path of ['none', 'none/c', 'z.wav', 'z.wav/c']) {
          expect(await under.store.isFolder(key(under, path))).toBe(false);
        }
      });

      withStore('tells the state of the cover', { 'b/1.mp3': 'x', 'b/cover.jpg': 'eight by' }, async (under) => {
        const { size, mtimeMs } = await under.store.stat(key(under, 'b/cover.jpg'));
        const picture = (await listAll(under)).at(-1)?.picture;
        expect(picture).toEqual({ key: key(under, 'b/cover.jpg'), size: 8, mtimeMs });
        expect(size).toBe(8);
      });

      withStore('goes on past a folder that vanished', { 'a/1.mp3': 'x', 'b/2.mp3': 'x' }, async (under) => {
        const found: string[] = [];
        for await (const { folder, files, unreadable, problems } of under.store.list(under.root)) {
          await under.remove('a');
          found.push(`${shown(under, folder)} ${files.length} ${unreadable} ${problems.length}`);
        }
        expect(found).toEqual([' 0 false 0', 'a 0 true 1', 'b 1 false 0']);
      });

      withStore('of no folder is refused', {}, async (under) => {
        await expect(listAll(under, key(under, 'none'))).rejects.toMatchObject({ name: 'MediaError', code: 'missing' });
      });
    });

    describe('a file', () => {
      withStore('is read at its beginning, in its middle and at its end', { song: 'some music' }, async (under) => {
        const file = await under.store.open(key(under, 'song'), 100);
        const read = async (length: number, position: number) => {
          const into = Buffer.alloc(length, '.');
          return [await file.read(into, position), into.toString()];
        };
        expect(file.state.size).toBe(10);
        expect(await read(4, 0)).toEqual([4, 'some']);
        expect(await read(3, 4)).toEqual([3, ' mu']);
        expect(await read(8, 5)).toEqual([5, 'music...']);
        expect(await read(4, 10)).toEqual([0, '....']);
        expect(await read(4, 99)).toEqual([0, '....']);
        expect(await read(0, 2)).toEqual([0, '']);
        await file.close();
      });

      withStore('is read as it was opened in size, and says when it grew', { song: 'some music' }, async (under) => {
        const file = await under.store.open(key(under, 'song'), 100);
        await under.put('song', 'some music, grown since');
        expect(await file.read(Buffer.alloc(20), 5)).toBe(5);
        expect(file.state.size).toBe(10);
        const now = await file.stat();
        expect(now).toMatchObject({ size: 23, identity: file.state.identity });
        expect(await under.store.stat(key(under, 'song'))).toEqual(now);
        await file.close();
      });

      withStore('ends where it was cut', { song: 'some music' }, async (under) => {
        const file = await under.store.open(key(under, 'song'), 100);
        await under.put('song', 'some');
        expect(await file.read(Buffer.alloc(10), 0)).toBe(4);
        expect((await file.stat()).size).toBe(4);
        await file.close();
      });

      withStore('is another one than what is put in its place', { song: 'some music' }, async (under) => {
        const file = await under.store.open(key(under, 'song'), 100);
        await under.replace('song', 'more music');
        const into = Buffer.alloc(10);
        await file.read(into, 0);
        expect(into.toString()).toBe('some music');
        const { identity } = await under.store.stat(key(under, 'song'));
        expect(identity).not.toBe(file.state.identity);
        expect((await file.stat()).identity).toBe(file.state.identity);
        await file.close();
      });

      withStore('may have nothing in it', { empty: '' }, async (under) => {
        const file = await under.store.open(key(under, 'empty'), 0);
        expect(await file.read(Buffer.alloc(1), 0)).toBe(0);
        await file.close();
        expect(await under.store.readWhole(key(under, 'empty'), 0)).toHaveLength(0);
      });

      withStore('is read whole', { 'cover.jpg': 'a picture' }, async (under) => {
        expect((await under.store.readWhole(key(under, 'cover.jpg'), 9)).toString()).toBe('a picture');
      });
    });

    describe('refused is', () => {
      const refused = (under: StoreUnderTest, path: string, code: string, maxBytes = 100) =>
        Promise.all([
          expect(under.store.open(key(under, path), maxBytes)).rejects.toMatchObject({ name: 'MediaError', code }),
          expect(under.store.readWhole(key(under, path), maxBytes)).rejects.toMatchObject({ name: 'MediaError', code }),
        ]);

      withStore('what is not there, or was removed', { 'a/song': 'x' }, async (under) => {
        for (const path of ['none', 'none/song', 'a/none', 'a/song/in a file']) {
          await refused(under, path, 'missing');
          await expect(under.store.stat(key(under, path))).rejects.toMatchObject({ code: 'missing' });
        }
        await under.remove('a/song');
        await refused(under, 'a/song', 'missing');
        await expect(under.store.stat(key(under, 'a/song'))).rejects.toMatchObject({ code: 'missing' });
      });

      withStore('a folder', {}, async (under) => {
        await under.makeFolder('folder.mp3');
        await refused(under, 'folder.mp3', 'not_a_file');
        await expect(under.store.stat(key(under, 'folder.mp3'))).rejects.toMatchObject({ code: 'not_a_file' });
        expect((await listAll(under)).flatMap(({ files }) => files)).toEqual([]);
      });

      withStore('what is above the limit', { song: 'some music' }, async (under) => {
        await refused(under, 'song', 'too_large', 9);
        const file = await under.store.open(key(under, 'song'), 10);
        await file.close();
      });
    });

    describe('the folder that a person names', () => {
      withStore('is found, however it is written', { 'a/1.mp3': 'x' }, async (under) => {
        expect(await under.store.folderKey(key(under, 'a'))).toBe(key(under, 'a'));
        expect(await under.store.folderKey(`${key(under, 'a')}/`)).toBe(key(under, 'a'));
      });

      withStore('is refused with a sentence where it cannot be listed', { song: 'x' }, async (under) => {
        const code = 'invalid_request';
        const refusal = (named: string, message: RegExp) =>
          expect(under.store.folderKey(named)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
        await refusal('Music', /full path/);
        await refusal(key(under, 'none'), /does not exist/);
        await refusal(key(under, 'song'), /is a file, not a folder/);
      });
    });

    describe('a key', () => {
      withStore('is taken apart by its store alone', { 'Artist/Album/01 Title.mp3': 'x' }, async (under) => {
        const { store, root } = under;
        const artist = key(under, 'Artist');
        const title = key(under, 'Artist/Album/01 Title.mp3');
        expect(store.nameOf(title)).toBe('01 Title.mp3');
        expect(store.namesFrom(artist, title)).toEqual(['Artist', 'Album', '01 Title.mp3']);
        expect(store.shownIn(root, title).split(/[\\/]/)).toEqual(['Artist', 'Album', '01 Title.mp3']);
        expect(store.shownIn(artist, artist)).toBe(artist);
        expect(title.startsWith(store.prefixOf(artist))).toBe(true);
        expect(store.childKey(root, 'Artist')).toBe(artist);
        expect(store.prefixOf(artist)).toBe(artist + store.separator);
        expect(key(under, 'Artistic').startsWith(store.prefixOf(artist))).toBe(false);
        expect(artist.startsWith(store.prefixOf(artist))).toBe(false);
      });
    });
  });
}

/** Key of what was put at this path. */
function key({ store, root }: StoreUnderTest, path: string): string {
  return store.prefixOf(root) + path;
}

/** The path of a key below the root. */
function shown({ store, root }: StoreUnderTest, found: string): string {
  return found === root ? '' : store.shownIn(root, found);
}

async function listAll({ store, root }: StoreUnderTest, folder = root): Promise<ListedFolder[]> {
  const folders: ListedFolder[] = [];
  for await (const found of store.list(folder)) folders.push(found);
  return folders;
}
