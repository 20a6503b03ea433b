import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, open, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laterOgg } from '@/lib/assets/testing/ogg';
import { latin1Text, taggedFlac, taggedWav, utf8Text, utf16Text } from '@/lib/assets/testing/tagged';
import { makeWav } from '@/lib/assets/testing/wav';
import { FolderStore } from '@/lib/media-store/folder/folder-store';
import type { OpenMedia } from '@/lib/media-store/media-store';
import { nameFile } from './naming';
import { readAudio, TooMuchToRead } from './read-audio';
import readTags from './tags-worker';

let folder: string;
let imports = 0;
const media = new FolderStore().describe();
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-tags-'));
  await writeFile(at('song.wav'), makeWav(1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tagsOf(file: { mediaKey: string; size?: number; picture?: string; lyrics?: string }) {
  const { files } = await readTags({
    kind: 'tags',
    media,
    importId: `import ${imports++}`,
    files: [{ size: 1000, picture: null, lyrics: null, ...file }],
  });
  return files[0];
}

const pipe = (name: string) => execFileSync('mkfifo', [at(name)]);
const link = (to: string) => (name: string) => symlink(to, at(name));
const endless = [
  ['a pipe', pipe],
  ['a device without an end', link('/dev/zero')],
  ['a file of the kernel', link('/proc/kmsg')],
] as const;

describe.each(endless)('%s', (_, make) => {
  it('is no cover: the music beside it is read without one', async () => {
    const path = at('cover.jpg');
    await make('cover.jpg');
    expect(await tagsOf({ mediaKey: at('song.wav'), size: makeWav(1).length, picture: path })).toMatchObject({
      mime: 'audio/wav',
      durationS: 1,
      cover: null,
    });
    const picture = await readTags({ kind: 'picture', media, mediaKey: path }).then(
      (answer) => answer.picture?.bytes?.length,
      (error) => error.code,
    );
    expect([0, 'not_a_file']).toContain(picture);
    await rm(path);
  });

  it('is no lyrics: the music beside it is read without', async () => {
    const path = at('song.lrc');
    await make('song.lrc');
    expect(await tagsOf({ mediaKey: at('song.wav'), lyrics: path })).toMatchObject({ durationS: 1, lyrics: null });
    await rm(path);
  });

  it('is no music either', async () => {
    await make('music.mp3');
    expect(await tagsOf({ mediaKey: at('music.mp3') })).toMatchObject({ reason: expect.stringContaining('file') });
    await rm(at('music.mp3'));
  });
});

it('a picture above the limit is not read', async () => {
  await writeFile(at('huge.jpg'), '');
  await truncate(at('huge.jpg'), 3 * 1024 ** 3);
  expect(await tagsOf({ mediaKey: at('song.wav'), size: 1, picture: at('huge.jpg') })).toMatchObject({ cover: null });
});

it('lyrics above the limit are not read', async () => {
  await writeFile(at('huge.lrc'), '[00:01.00]a\n[00:02.00]b');
  const { lyrics } = { lyrics: null, ...(await tagsOf({ mediaKey: at('song.wav'), lyrics: at('huge.lrc') })) };
  expect(lyrics).toMatchObject({ synced: true, lines: [{ text: 'a' }, { text: 'b' }] });
  await truncate(at('huge.lrc'), 3 * 1024 ** 3);
  expect(await tagsOf({ mediaKey: at('song.wav'), lyrics: at('huge.lrc') })).toMatchObject({ lyrics: null });
});

it('a file of gigabytes without sound in it is not searched to its end', async () => {
  let asked = 0;
  const zeros: OpenMedia = {
    state: { size: 60 * 1024 ** 3, mtimeMs: 0, identity: '' },
    read: async (into) => {
      asked += into.length;
      return into.fill(0).length;
    },
    stat: async () => zeros.state,
    close: async () => {},
  };
  await expect(readAudio(zeros, 'mp3', 100_000)).rejects.toThrow(TooMuchToRead);
  expect(asked).toBeLessThanOrEqual(100_000);
});

it('a tag that promises more than the file holds takes no memory for it', async () => {
  await copyFile(at('song.wav'), at('liar.flac'));
  const file = await open(at('liar.flac'), 'r+');
  // A FLAC whose first block is a picture of 16 MB.
  await file.write(Buffer.from('664c614306ffffff', 'hex'), 0, 8, 0);
  await file.close();
  expect(await tagsOf({ mediaKey: at('liar.flac') })).toMatchObject({
    reason: expect.any(String),
    code: expect.any(String),
  });
});

it.each([
  [
    'noise',
    () => Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 0xff)),
    'unsupported',
  ],
  ['text', () => Buffer.from('Track list of the album. '.repeat(200)), 'unsupported'],
  [
    'a tag before text',
    () => Buffer.from(`ID3\x04\0\0\0\0\0\x0a${'\0'.repeat(10)}${'text '.repeat(900)}`, 'latin1'),
    'damaged',
  ],
  ['a header alone', () => makeWav(1).subarray(0, 44), 'damaged'],
])('%s is named among the failures, whatever it is called', async (_, make, code) => {
  for (const name of ['x.mp3', 'x.flac', 'x.m4a']) {
    await writeFile(at(name), make());
    expect(await tagsOf({ mediaKey: at(name) })).toMatchObject({ code, reason: expect.stringMatching(/^This .+\.$/) });
  }
});

it('a file is what is in it: tags, type and length of a WAV that is called .mp3', async () => {
  await writeFile(at('really.mp3'), makeWav(2));
  expect(await tagsOf({ mediaKey: at('really.mp3'), size: 400_000 })).toMatchObject({
    mime: 'audio/wav',
    durationS: 2,
  });
});

it('tags of FLAC in Ogg are read, longer than a page', async () => {
  const tags = ['-metadata', 'title=Grün', '-metadata', 'artist=Me', '-metadata', `comment=${'long '.repeat(16_000)}`];
  const sound = ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=2'];
  execFileSync('ffmpeg', [...sound, '-c:a', 'flac', ...tags, at('tagged.oga')]);
  const read = await tagsOf({ mediaKey: at('tagged.oga'), size: 100_000 });
  expect(read).toMatchObject({ mime: 'audio/ogg', tags: { title: 'Grün' } });
  expect((read as { durationS: number }).durationS).toBeCloseTo(2, 1);
});

it('an Opus file whose clock begins an hour late is as long as it sounds', async () => {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=3', '-c:a', 'libopus', at('late.opus')]);
  const late = laterOgg(await readFile(at('late.opus')), 3600 * 48_000);
  await writeFile(at('late.opus'), late);
  const { durationS = 0 } = { ...(await tagsOf({ mediaKey: at('late.opus'), size: late.length })) } as {
    durationS?: number;
  };
  expect(durationS).toBeCloseTo(3, 1);
});

it('lyrics in ID3v2 frames are read, the synchronised before the others', async () => {
  const uslt = Buffer.from('\0eng\0one\ntwo', 'latin1');
  const sylt = Buffer.from('\0eng\x02\x01\0one\0\0\0\x01\0two\0\0\0\x02\0', 'latin1');
  const read = async (name: string, frames: Record<string, Buffer>) => {
    await writeFile(at(name), taggedWav(Object.entries(frames)));
    return await tagsOf({ mediaKey: at(name), size: 200_000 });
  };
  const plain = ['one', 'two'].map((text) => ({ atMs: null, text }));
  expect(await read('uslt.wav', { USLT: uslt })).toMatchObject({ lyrics: { synced: false, lines: plain } });
  const timed = ['one', 'two'].map((text, i) => ({ atMs: 256 * (i + 1), text }));
  expect(await read('sylt.wav', { USLT: uslt, SYLT: sylt })).toMatchObject({ lyrics: { synced: true, lines: timed } });
});

describe('several values, as each format has them', () => {
  const read = async (name: string, bytes: Buffer) => {
    await writeFile(at(name), bytes);
    const read = await tagsOf({ mediaKey: at(name), size: bytes.length });
    if (read === undefined || !('tags' in read)) throw new Error(`not read: ${JSON.stringify(read)}`);
    const names = nameFile(read.tags, ['Music', name], '/Music');
    const artists = names.credits.filter(({ role }) => role === 'artist').map((credit) => credit.name);
    return { ...names, artists };
  };
  const flac = async (comments: readonly string[]) => {
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=1', at('plain.flac')]);
    return taggedFlac(await readFile(at('plain.flac')), comments);
  };
  const userText = (name: string, value: string) => latin1Text('TXXX', `${name}\0${value}`);
  const ids = ['1', '2'].map((n) => `${n}0000000-0000-4000-8000-000000000000`);

  it.each([
    ['AC/DC', ['AC/DC']],
    ['AC/DC feat. B', ['AC/DC', 'B']],
    ['A / B', ['A', 'B']],
    ['A;B', ['A', 'B']],
  ])('ID3v2.3: %s', async (text, artists) => {
    for (const frame of [latin1Text('TPE1', text), utf16Text('TPE1', `${text}\0`)]) {
      expect((await read('a.wav', taggedWav([frame, latin1Text('TIT2', 'x/y')]))).artists).toEqual(artists);
    }
  });

  it('ID3v2.3: a slash is one where other tags say so', async () => {
    const tag = [latin1Text('TPE1', 'A with B'), userText('Artists', 'A/B')];
    expect(await read('a.wav', taggedWav(tag))).toMatchObject({ artist: 'A with B', artists: ['A', 'B'] });
    const withIds = [latin1Text('TPE1', 'A/B'), userText('MusicBrainz Artist Id', ids.join('/'))];
    expect((await read('a.wav', taggedWav(withIds))).credits).toMatchObject([
      { name: 'A', mbid: ids[0] },
      { name: 'B', mbid: ids[1] },
    ]);
  });

  it('ID3v2.3: other roles, whole; and the date in two frames', async () => {
    const tag = [
      latin1Text('TPE1', 'A'),
      latin1Text('TCOM', 'Lennon/McCartney'),
      latin1Text('TYER', '1974'),
      latin1Text('TDAT', '0208'),
    ];
    const names = await read('a.wav', taggedWav(tag));
    expect(names.credits).toMatchObject([{ role: 'artist' }, { role: 'composer', name: 'Lennon/McCartney' }]);
    expect(names.album.releaseDate).toBe('1974-08-02');
  });

  it('ID3v2.4: behind a NUL', async () => {
    const tag = [
      utf8Text('TPE1', 'A\0AC/DC\0B'),
      utf8Text('TCON', 'Rock\0Samba'),
      utf8Text('TMCL', 'guitar\0G\0voice\0V'),
      utf8Text('TIPL', 'producer\0P'),
      utf8Text('TSOP', 'A, The; AC; B'),
      utf8Text('TSST', 'Live'),
      utf8Text('TDRC', '1999-02'),
      utf8Text('TDOR', '1974'),
    ];
    const names = await read('a.wav', taggedWav(tag, 4));
    expect(names).toMatchObject({ artists: ['A', 'AC/DC', 'B'], artist: 'A, AC/DC, B', genres: ['Rock', 'Samba'] });
    expect(names).toMatchObject({
      discSubtitle: 'Live',
      year: 1999,
      album: { releaseDate: '1999-02', originalDate: '1974' },
    });
    expect(names.credits.map(({ role, name, detail }) => [role, name, detail])).toEqual([
      ...['A', 'AC/DC', 'B'].map((name) => ['artist', name, null]),
      ['performer', 'G', 'guitar'],
      ['performer', 'V', 'voice'],
      ['producer', 'P', null],
    ]);
    expect(names.credits[0]?.sortName).toBe('A, The');
  });

  it('Vorbis comments: repeated', async () => {
    const names = await read(
      'a.flac',
      await flac([
        ...[
          'ARTIST=A',
          'ARTIST=B',
          'ALBUMARTIST=C',
          'ALBUMARTIST=D',
          'ALBUM=X',
          'COMPOSER=E',
          'COMPOSER=F',
          'GENRE=Rock',
        ],
        ...[
          'GENRE=Samba',
          'PERFORMER=G (guitar)',
          'LABEL=L',
          'COMPILATION=1',
          'BPM=120',
          'COMMENT=hi',
          'RELEASETYPE=album;live',
        ],
        ...['MUSICBRAINZ_TRACKID', 'MUSICBRAINZ_ALBUMID', 'MUSICBRAINZ_ARTISTID'].map((name) => `${name}=${ids[0]}`),
        `MUSICBRAINZ_ARTISTID=${ids[1]}`,
      ]),
    );
    expect(names.credits.map(({ role, name, mbid }) => [role, name, mbid])).toEqual([
      ['artist', 'A', ids[0]],
      ['artist', 'B', ids[1]],
      ['albumArtist', 'C', null],
      ['albumArtist', 'D', null],
      ['composer', 'E', null],
      ['composer', 'F', null],
      ['performer', 'G', null],
    ]);
    expect(names).toMatchObject({
      artist: 'A, B',
      genres: ['Rock', 'Samba'],
      bpm: 120,
      comment: 'hi',
      recordingMbid: ids[0],
      album: {
        label: 'L',
        compilation: true,
        releaseTypes: ['album', 'live'],
        releaseMbid: ids[0],
        artistCredit: 'C, D',
      },
    });
  });

  it('Vorbis comments: a tag of all names beside what is printed', async () => {
    const names = await read('a.flac', await flac(['ARTIST=A & B', 'ARTISTS=A', 'ARTISTS=B']));
    expect(names).toMatchObject({ artist: 'A & B', artists: ['A', 'B'] });
  });

  it('CP1252 in a Latin-1 frame; a title that shows nothing', async () => {
    const bytes = Buffer.from([0x00, 0x93, 0x44, 0x6f, 0x6e, 0x92, 0x74, 0x94, 0x20, 0x96, 0x20, 0x80]);
    expect((await read('a.wav', taggedWav([['TIT2', bytes]]))).title).toBe('“Don’t” – €');
    expect((await read('a.wav', taggedWav([utf16Text('TIT2', '\u200b')]))).title).toBe('a');
  });
});
