/** The menu: the same requests as the commands, chosen with the arrow keys. */
import { writeFile } from 'node:fs/promises';
import { intro, log, note, outro, text } from '@clack/prompts';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { Api } from '../api';
import { askPassword } from '../credentials';
import { hearFacts } from '../facts';
import { Interrupted } from '../failures';
import { clock, plain, write } from '../output';
import * as ask from '../requests';
import * as show from '../show';
import { addToPlaylist, playlistsMenu } from './playlists';
import { Back, chosen, findTracks, leave, menu, OFFERED, trackLabel } from './prompt';

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
