/** The menu: the same requests, chosen with the arrow keys. Esc goes back, Ctrl-C ends. */
import { readFile, writeFile } from 'node:fs/promises';
import {
  autocompleteMultiselect,
  confirm,
  intro,
  isCancel,
  log,
  note,
  outro,
  select,
  spinner,
  text,
} from '@clack/prompts';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { Api } from './api';
import { hearFacts } from './facts';
import { Interrupted, sentenceOf } from './failures';
import { clock, plain, write } from './output';
import { askPassword } from './password';
import * as ask from './requests';
import * as show from './show';

/** Tracks, playlists or plays offered at once; a search narrows what is more. */
const OFFERED = 30;

/** A step back: Esc in a question leads to the menu above it. */
class Back extends Error {}

function chosen<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Back();
  return answer as Exclude<T, symbol>;
}

type Choice = { label: string; hint?: string; run: () => Promise<void> };

/** Runs what is chosen, again and again, until somebody goes back. Failures are told and lead here again. */
async function menu(message: () => string, choices: () => Choice[] | Promise<Choice[]>): Promise<void> {
  for (;;) {
    const offered = await choices();
    const options = offered.map(({ label, hint }, value) => ({
      value,
      label,
      ...(hint === undefined ? {} : { hint }),
    }));
    const answer = await select({ message: message(), options, maxItems: 14 });
    if (isCancel(answer)) return;
    try {
      await offered[answer]?.run();
    } catch (error) {
      if (error instanceof Leave) return;
      if (!(error instanceof Back)) log.error(sentenceOf(error));
    }
  }
}

/** The menu that is open is done with. */
class Leave extends Error {}
const leave = async () => {
  throw new Leave();
};

export async function runMenu(api: Api): Promise<void> {
  intro(`Enxame at ${api.server}`);
  // Ctrl-C in a question is a step back to clack; between two questions it ends the program.
  await menu(
    () => (api.email === null ? 'Not signed in' : `Signed in as ${plain(api.email)}`),
    () =>
      api.email === null
        ? [
            { label: 'Sign in', run: () => signIn(api) },
            { label: 'Server health', run: () => health(api) },
            { label: 'Quit', run: leave },
          ]
        : [
            { label: 'Search', run: () => searchMenu(api) },
            { label: 'Albums', run: () => albumMenu(api) },
            { label: 'Playlists', run: () => playlistsMenu(api) },
            { label: 'History', run: () => historyMenu(api) },
            { label: 'Watch changes', hint: 'press any key to stop', run: () => watch(api) },
            { label: 'Server health', run: () => health(api) },
            { label: 'Sign out', run: () => api.signOut() },
            { label: 'Quit', run: leave },
          ],
  );
  outro('Goodbye.');
}

async function signIn(api: Api): Promise<void> {
  const email = chosen(
    await text({
      message: 'Email',
      validate: (said) => (said?.includes('@') ? undefined : 'Enter an email address.'),
    }),
  );
  const password = await askPassword(false).catch((error) => {
    throw error instanceof Interrupted ? new Back() : error;
  });
  await api.signIn(email, password);
}

async function health(api: Api): Promise<void> {
  const { components } = await ask.healthOf(api);
  note(
    Object.entries(components)
      .map(([name, part]) => `${name}: ${part.status}`)
      .join('\n'),
    'Health',
  );
}

const trackLabel = (track: Track) => `${plain(track.title)} · ${plain(track.artist)}`;

async function findTracks(api: Api): Promise<Track[]> {
  const words = chosen(await text({ message: 'Search', placeholder: 'title, artist or album' }));
  const { tracks } = await ask.search(api, words, OFFERED);
  if (tracks.length === 0) log.warn('No tracks found.');
  return tracks;
}

async function searchMenu(api: Api): Promise<void> {
  const tracks = await findTracks(api);
  if (tracks.length === 0) return;
  await menu(
    () => `${tracks.length} tracks`,
    () =>
      tracks.map((track) => ({
        label: trackLabel(track),
        hint: clock(track.durationS),
        run: () => trackMenu(api, track),
      })),
  );
}

async function albumMenu(api: Api): Promise<void> {
  const { albums } = await ask.albums(api, OFFERED);
  await menu(
    () => 'Albums',
    () =>
      albums.map((album) => ({
        label: `${plain(album.title)} · ${plain(album.artist)}`,
        hint: `${album.trackCount} tracks`,
        run: async () => {
          const { tracks } = await ask.album(api, album.id);
          await menu(
            () => plain(album.title),
            () => tracks.map((track) => ({ label: trackLabel(track), run: () => trackMenu(api, track) })),
          );
        },
      })),
  );
}

async function trackMenu(api: Api, track: Track): Promise<void> {
  note(`${plain(track.album)} · ${clock(track.durationS)}\n${track.id}`, trackLabel(track));
  const playId = newId();
  const play = (type: 'started' | 'finished' | 'skipped') => async () => {
    const positionS = type === 'finished' ? track.durationS : type === 'skipped' ? Math.min(10, track.durationS) : 0;
    await ask.recordPlay(api, type, { trackId: track.id, playId, positionS, durationS: track.durationS });
    log.success('Recorded.');
  };
  await menu(
    () => trackLabel(track),
    () => [
      { label: 'Add to playlist', run: () => addToPlaylist(api, [track.id]) },
      { label: 'Record: started', run: play('started') },
      { label: 'Record: finished', run: play('finished') },
      { label: 'Record: skipped', run: play('skipped') },
      { label: 'Back', run: leave },
    ],
  );
}

async function addToPlaylist(api: Api, trackIds: string[]): Promise<void> {
  const { playlists } = await ask.playlists(api);
  const options = playlists
    .filter(({ role }) => role !== 'reader')
    .map(({ id, name, trackCount }) => ({ value: id, label: plain(name), hint: `${trackCount} tracks` }));
  if (options.length === 0) return log.warn('You have no playlists yet.');
  const id = chosen(await select({ message: 'Which playlist?', options }));
  await apply(api, () => ask.addTracks(api, id, trackIds));
}

/** Says a change and shows that it is waited for. */
async function apply(api: Api, change: () => Promise<{ messageId: string }>): Promise<void> {
  const working = spinner();
  working.start('Applying');
  try {
    const { fact } = await ask.confirmed(api, change);
    working.stop(fact === null ? 'Accepted, but not applied yet.' : 'Done.');
  } catch (error) {
    working.stop('Failed.');
    throw error;
  }
}

async function playlistsMenu(api: Api): Promise<void> {
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
  const path = chosen(await text({ message: 'File (.m3u, .m3u8 or .xspf)' }));
  const said = await readFile(path, 'utf8');
  const format = path.toLowerCase().endsWith('.xspf') ? ('xspf' as const) : ('m3u8' as const);
  const { answer } = await ask.confirmed(api, () => ask.importPlaylist(api, { format, text: said }));
  log.success(`${answer.found} tracks found.`);
  if (answer.missing.length > 0) note(answer.missing.map(plain).join('\n'), 'Not in this library');
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

async function historyMenu(api: Api): Promise<void> {
  const page = (said: string) => write(`\n${said}\n\n`);
  await menu(
    () => 'History',
    () => [
      { label: 'Recently played', run: async () => page(show.recentTable(await ask.recent(api, OFFERED))) },
      {
        label: 'Most played in the past 7 days',
        run: async () => page(show.topTable(await ask.top(api, 'week', OFFERED))),
      },
      {
        label: 'Most played in the past 30 days',
        run: async () => page(show.topTable(await ask.top(api, 'month', OFFERED))),
      },
      {
        label: 'Most played in the past year',
        run: async () => page(show.topTable(await ask.top(api, 'year', OFFERED))),
      },
      {
        label: 'Statistics of the past 30 days',
        run: async () => page(show.statsText(await ask.statistics(api, 'month'))),
      },
      {
        label: 'Export as JSON',
        run: async () => {
          const path = chosen(await text({ message: 'File to write', initialValue: 'history.json' }));
          await writeFile(path, await ask.exportHistory(api, (answer) => answer.text()));
          log.success(`Written to ${path}.`);
        },
      },
      { label: 'Back', run: leave },
    ],
  );
}

/** Until a key is pressed. */
async function watch(api: Api): Promise<void> {
  log.info('Waiting for changes. Press any key to stop.');
  const facts = await hearFacts(api, {
    fact: (fact) => write(`${show.factLine(fact)}\n`),
    state: (state) => state === 'down' && write('Connection lost. Reconnecting…\n'),
  });
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.resume();
  await new Promise<void>((resolve) => stdin.once('data', () => resolve()));
  stdin.setRawMode(false);
  facts.close();
}
