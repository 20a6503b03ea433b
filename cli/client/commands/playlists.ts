/** `enxame playlist …`: shows and changes playlists. */
import { readFile, writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { playlistUploads } from '@/lib/client/playlist-upload';
import type { ImportedPlaylist } from '@/lib/contracts/api/playlists';
import { UsageError } from '../failures';
import { plain, write, writeJson } from '../output';
import * as ask from '../requests';
import * as show from '../show';
import { type Cli, count } from './cli';

export function addPlaylistCommands({ program, isJson, open, tell, change }: Cli): void {
  const playlist = program.command('playlist').description('show or change a playlist');
  const changing = (name: string, what: string) =>
    playlist
      .command(name)
      .description(what)
      .option('--no-wait', 'return as soon as the server has accepted the change');
  playlist
    .command('show')
    .description('show a playlist and its tracks')
    .argument('<id>')
    .action(async (id: string) => tell(await ask.playlist(await open(), id), show.playlistPage));
  changing('create', 'create a playlist')
    .argument('<name>')
    .option('--description <text>', '', '')
    .option('--track <id...>', 'tracks to add', [] as string[])
    .action(async (name: string, options: { description: string; track: string[]; wait?: boolean }) => {
      const api = await open();
      await change(options, api, () =>
        ask.createPlaylist(api, { name, description: options.description, trackIds: options.track }),
      );
    });
  changing('rename', 'rename a playlist')
    .argument('<id>')
    .argument('<name>')
    .action(async (id: string, name: string, options: { wait?: boolean }) => {
      const api = await open();
      await change(options, api, () => ask.changePlaylist(api, id, { name }));
    });
  changing('describe', 'change the description')
    .argument('<id>')
    .argument('<text>')
    .action(async (id: string, description: string, options: { wait?: boolean }) => {
      const api = await open();
      await change(options, api, () => ask.changePlaylist(api, id, { description }));
    });
  changing('add', 'add tracks to the end')
    .argument('<id>')
    .argument('<trackIds...>')
    .action(async (id: string, trackIds: string[], options: { wait?: boolean }) => {
      const api = await open();
      await change(options, api, () => ask.addTracks(api, id, trackIds));
    });
  changing('remove', 'remove entries by position, counted from 1')
    .argument('<id>')
    .argument('<positions...>')
    .action(async (id: string, positions: string[], options: { wait?: boolean }) => {
      const api = await open();
      await change(options, api, () => ask.removeAt(api, id, positions.map(count)));
    });
  changing('move', 'move an entry to another position')
    .argument('<id>')
    .argument('<from>', '', count)
    .argument('<to>', '', count)
    .action(async (id: string, from: number, to: number, options: { wait?: boolean }) => {
      const api = await open();
      await change(options, api, () => ask.moveEntry(api, id, from, to));
    });
  changing('share', 'choose who can see a playlist')
    .argument('<id>')
    .addArgument(playlist.createArgument('<visibility>').choices(['private', 'shared', 'public']))
    .option('--with <email...>', 'listeners who can view and edit it (shared only)', [] as string[])
    .action(
      async (id: string, visibility: 'private' | 'shared' | 'public', options: { with: string[]; wait?: boolean }) => {
        const api = await open();
        await change(options, api, () => ask.share(api, id, visibility, options.with));
      },
    );
  changing('delete', 'delete a playlist; undo restores it')
    .argument('<id>')
    .action(async (id: string, options: { wait?: boolean }) => {
      const api = await open();
      await change(options, api, () => ask.deletePlaylist(api, id));
    });
  changing('undo', 'undo a change (by default the last one)')
    .argument('<id>')
    .argument('[changeId]')
    .action(async (id: string, changeId: string | undefined, options: { wait?: boolean }) => {
      const api = await open();
      const wanted = changeId ?? (await ask.changes(api, id)).changes.find((made) => !made.undone)?.messageId;
      if (wanted === undefined) throw new UsageError('There is no change to undo.');
      await change(options, api, () => ask.undo(api, id, wanted));
    });
  playlist
    .command('changes')
    .description('list changes and who made them')
    .argument('<id>')
    .action(async (id: string) =>
      tell(await ask.changes(await open(), id), (list) => show.changesTable(list.changes, list.people)),
    );
  changing('import', 'create a playlist from a file (M3U, XSPF, a CSV of Exportify or TuneMyMusic, JSON of Spotify)')
    .argument('<file>')
    .option('--name <name>')
    .action(async (path: string, options: { name?: string; wait?: boolean }) => {
      const bytes = await readFile(path).catch((cause) => {
        throw new UsageError(`${path} cannot be read (${(cause as Error).message}).`);
      });
      const api = await open();
      const made: (ImportedPlaylist & { applied: boolean })[] = [];
      for (const upload of playlistUploads(path, bytes)) {
        const given = { ...upload, ...(options.name === undefined ? {} : { name: options.name }) };
        const wait = options.wait !== false;
        const { answer, fact } = await ask.confirmed(api, () => ask.importPlaylist(api, given), wait);
        made.push({ ...answer, applied: fact !== null });
      }
      const [first] = made;
      tell(made.length === 1 && first !== undefined ? first : { playlists: made }, () =>
        made
          .flatMap((told) => [
            `${told.found} tracks found (${told.playlistId}).`,
            ...told.missing.map((line) => `not in the library: ${plain(line)}`),
          ])
          .join('\n'),
      );
    });
  playlist
    .command('export')
    .description('export a playlist as a file for other programs')
    .argument('<id>')
    .addOption(new Option('--format <format>').choices(['m3u8', 'xspf']).default('m3u8'))
    .option('--output <file>')
    .action(async (id: string, options: { format: 'm3u8' | 'xspf'; output?: string }) => {
      const text = await ask.exportPlaylist(await open(), id, options.format);
      if (options.output === undefined) return isJson() ? writeJson({ text }) : write(text);
      await writeFile(options.output, text);
      tell({ file: options.output }, ({ file }) => `Written to ${file}.`);
    });
}
