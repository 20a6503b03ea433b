/** Menus of playlists. */
import { readFile, writeFile } from 'node:fs/promises';
import { autocompleteMultiselect, confirm, log, note, select, text } from '@clack/prompts';
import { playlistUploads } from '@/lib/client/playlist-upload';
import type { Api } from '../api';
import { plain, write } from '../output';
import * as ask from '../requests';
import * as show from '../show';
import { apply, type Choice, chosen, findTracks, Leave, leave, menu, trackLabel } from './prompt';

export async function addToPlaylist(api: Api, trackIds: string[]): Promise<void> {
  const { playlists } = await ask.playlists(api);
  const options = playlists
    .filter(({ role }) => role !== 'reader')
    .map(({ id, name, trackCount }) => ({ value: id, label: plain(name), hint: `${trackCount} tracks` }));
  if (options.length === 0) return log.warn('You have no playlists yet.');
  const id = chosen(await select({ message: 'Which playlist?', options }));
  await apply(api, () => ask.addTracks(api, id, trackIds));
}

export async function playlistsMenu(api: Api): Promise<void> {
  await menu(
    () => 'Playlists',
    async () => {
      const { playlists } = await ask.playlists(api);
      return [
        // First, where they are seen however many playlists there are.
        { label: 'New playlist', run: () => createPlaylist(api) },
        { label: 'Import playlist', run: () => importFile(api) },
        { label: 'Public playlists', run: () => publicMenu(api) },
        ...playlists.map((playlist) => ({
          label: plain(playlist.name),
          hint: `${playlist.trackCount} tracks, ${playlist.role === 'owner' ? playlist.visibility : 'shared with you'}`,
          run: () => playlistMenu(api, playlist.id),
        })),
        { label: 'Back', run: leave },
      ];
    },
  );
}

async function publicMenu(api: Api): Promise<void> {
  const { playlists, people } = await ask.publicPlaylists(api);
  if (playlists.length === 0) return log.info('No public playlists yet.');
  await menu(
    () => 'Public playlists',
    () =>
      playlists.map((playlist) => ({
        label: plain(playlist.name),
        hint: plain(people.find(({ id }) => id === playlist.ownerId)?.name ?? ''),
        run: () => playlistMenu(api, playlist.id),
      })),
  );
}

async function createPlaylist(api: Api): Promise<void> {
  const name = chosen(
    await text({ message: 'Name', validate: (said) => (said?.trim() ? undefined : 'Enter a name.') }),
  );
  await apply(api, () => ask.createPlaylist(api, { name, description: '', trackIds: [] }));
}

async function importFile(api: Api): Promise<void> {
  const path = chosen(await text({ message: 'File (.m3u, .m3u8, .xspf, .csv or .json)' }));
  for (const upload of playlistUploads(path, await readFile(path))) {
    const { answer } = await ask.confirmed(api, () => ask.importPlaylist(api, upload));
    log.success(`${answer.found} tracks found.`);
    if (answer.missing.length > 0) note(answer.missing.map(plain).join('\n'), 'Not in this library');
  }
}

async function playlistMenu(api: Api, id: string): Promise<void> {
  write(`\n${show.playlistPage(await ask.playlist(api, id))}\n\n`);
  await menu(
    () => 'This playlist',
    async () => {
      const page = await ask.playlist(api, id);
      const mine = page.role === 'owner';
      const mayChange = page.role !== 'reader';
      const at = async (message: string) => {
        const options = page.entries.map(({ trackId }, value) => {
          const track = page.tracks.find((t) => t.id === trackId);
          return { value: value + 1, label: `${value + 1}. ${track === undefined ? trackId : trackLabel(track)}` };
        });
        return chosen(await select({ message, options, maxItems: 12 }));
      };
      const choices: (Choice | false)[] = [
        { label: 'Show tracks', run: async () => write(`\n${show.playlistPage(page)}\n\n`) },
        mayChange && {
          label: 'Add tracks',
          run: async () => {
            const tracks = await findTracks(api);
            const options = tracks.map((track) => ({ value: track.id, label: trackLabel(track) }));
            if (options.length === 0) return;
            const trackIds = chosen(
              await autocompleteMultiselect({ message: 'Select tracks (Tab to select)', options }),
            );
            if (trackIds.length > 0) await apply(api, () => ask.addTracks(api, id, trackIds));
          },
        },
        mayChange &&
          page.entries.length > 0 && {
            label: 'Remove a track',
            run: async () => removeEntry(api, id, await at('Which track?')),
          },
        mayChange &&
          page.entries.length > 1 && {
            label: 'Move a track',
            run: async () => {
              const from = await at('Which track?');
              const to = await at('Move to which position?');
              await apply(api, () => ask.moveEntry(api, id, from, to));
            },
          },
        mayChange && { label: 'Rename', run: async () => edit(api, id, 'name', page.name) },
        mayChange && { label: 'Edit description', run: async () => edit(api, id, 'description', page.description) },
        mine && { label: 'Share', run: () => shareMenu(api, id) },
        mayChange && { label: 'Change history', run: () => undoMenu(api, id) },
        { label: 'Export', run: () => exportFile(api, id) },
        mine && {
          label: 'Delete',
          run: async () => {
            if (!chosen(await confirm({ message: `Delete "${plain(page.name)}"?`, initialValue: false }))) return;
            await apply(api, () => ask.deletePlaylist(api, id));
            throw new Leave();
          },
        },
        { label: 'Back', run: leave },
      ];
      return choices.filter((choice): choice is Choice => choice !== false);
    },
  );
}

const removeEntry = (api: Api, id: string, position: number) => apply(api, () => ask.removeAt(api, id, [position]));

async function edit(api: Api, id: string, field: 'name' | 'description', now: string): Promise<void> {
  const said = chosen(await text({ message: field === 'name' ? 'Name' : 'Description', initialValue: now }));
  await apply(api, () => ask.changePlaylist(api, id, field === 'name' ? { name: said } : { description: said }));
}

async function shareMenu(api: Api, id: string): Promise<void> {
  const visibility = chosen(
    await select({
      message: 'Who can see this playlist?',
      options: [
        { value: 'private' as const, label: 'Only you' },
        { value: 'shared' as const, label: 'Specific people', hint: 'they can view and edit it' },
        { value: 'public' as const, label: 'Everyone on this server' },
      ],
    }),
  );
  const named =
    visibility === 'shared' ? chosen(await text({ message: 'Their email addresses, separated by commas' })) : '';
  const members = named
    .split(',')
    .map((email) => email.trim())
    .filter(Boolean);
  await apply(api, () => ask.share(api, id, visibility, members));
}

async function undoMenu(api: Api, id: string): Promise<void> {
  const { changes, people } = await ask.changes(api, id);
  if (changes.length === 0) return log.info('No changes yet.');
  const options = changes.map(({ messageId, type, actorId, undone }) => ({
    value: messageId,
    label: `${type.replace('playlist.', '')} by ${plain(people.find((person) => person.id === actorId)?.name ?? 'somebody')}`,
    ...(undone ? { hint: 'undone' } : {}),
  }));
  const messageId = chosen(await select({ message: 'Undo which change?', options, maxItems: 12 }));
  await apply(api, () => ask.undo(api, id, messageId));
}

async function exportFile(api: Api, id: string): Promise<void> {
  const path = chosen(await text({ message: 'File to write (.m3u8 or .xspf)', initialValue: 'playlist.m3u8' }));
  await writeFile(path, await ask.exportPlaylist(api, id, path.toLowerCase().endsWith('.xspf') ? 'xspf' : 'm3u8'));
  log.success(`Written to ${path}.`);
}
