/** The commands: one thing each, for scripts and for people who know what they want. */
import { Command, Option } from 'commander';
import type { Message } from '@/lib/contracts/messages';
import type { Api } from '../api';
import { askPassword } from '../credentials';
import { hearFacts } from '../facts';
import { UsageError } from '../failures';
import { plain, write } from '../output';
import * as ask from '../requests';
import * as show from '../show';
import { cliOf, count } from './cli';
import { addHistoryCommands } from './history';
import { addLibraryCommands } from './library';
import { addPlaylistCommands } from './playlists';

/** All commands. Without one, `menu` runs. */
export function makeProgram(menu: (api: Api) => Promise<void>): Command {
  const program = new Command('enxame')
    .description(
      'Enxame in a terminal: library, playlists and history of a server. Opens a menu when no command is given.',
    )
    .addOption(
      new Option('--server <address>', 'address of the server').env('ENXAME_SERVER').default('http://localhost:3000'),
    )
    .option('--json', 'print one JSON document, for scripts')
    .showHelpAfterError('(use --help to list commands and options)')
    .exitOverride();
  const cli = cliOf(program);
  const { isJson, open, tell } = cli;

  program.action(async () => {
    if (!process.stdin.isTTY || !process.stdout.isTTY) {
      throw new UsageError('The menu needs a terminal. Use enxame --help to list the commands for scripts.');
    }
    await menu(await open());
  });

  program
    .command('sign-in')
    .description('sign in; prompts for the password, or reads ENXAME_PASSWORD or standard input')
    .requiredOption('--email <address>')
    .option('--password-stdin', 'read the password from standard input')
    .action(async ({ email, passwordStdin }: { email: string; passwordStdin?: boolean }) => {
      const api = await open();
      await api.signIn(email, await askPassword(passwordStdin === true));
      tell({ server: api.server, email }, () => `Signed in to ${api.server} as ${plain(email)}.`);
    });
  program
    .command('sign-out')
    .description('sign out')
    .action(async () => {
      const api = await open();
      await api.signOut();
      tell({ server: api.server }, () => 'Signed out.');
    });
  program
    .command('whoami')
    .description('show who is signed in')
    .action(async () => {
      const { account } = await ask.whoAmI(await open());
      tell({ account }, () =>
        account === null ? 'Not signed in.' : `${plain(account.name)} <${plain(account.email)}>, ${account.role}`,
      );
    });
  program
    .command('health')
    .description('show the health of the server')
    .action(async () => {
      tell(await ask.healthOf(await open()), ({ status, components }) =>
        [
          status,
          ...Object.entries(components).map(
            ([name, { status: s, detail }]) => `${name}: ${s}${detail ? ` (${plain(detail)})` : ''}`,
          ),
        ].join('\n'),
      );
    });
  program
    .command('search')
    .description('search tracks, albums and artists')
    .argument('<words...>')
    .option('--limit <n>', 'maximum number of tracks', count, 20)
    .action(async (words: string[], { limit }: { limit: number }) => {
      tell(await ask.search(await open(), words.join(' '), limit), (found) =>
        [
          ...(found.meant === null ? [] : [show.meant(found.meant), '']),
          show.tracksTable(found.tracks),
          ...(found.albums.length > 0 ? ['', show.albumsTable(found.albums)] : []),
          ...(found.artists.length > 0 ? ['', show.artistsTable(found.artists)] : []),
        ].join('\n'),
      );
    });
  program
    .command('track')
    .description('show a track')
    .argument('<id>')
    .action(async (id: string) => tell(await ask.oneTrack(await open(), id), (track) => show.tracksTable([track])));
  program
    .command('album')
    .description('show an album and its tracks')
    .argument('<id>')
    .action(async (id: string) =>
      tell(
        await ask.album(await open(), id),
        (page) => `${show.albumsTable([page.album])}\n\n${show.tracksTable(page.tracks)}`,
      ),
    );
  program
    .command('artist')
    .description('show an artist with their albums and tracks')
    .argument('<id>')
    .action(async (id: string) =>
      tell(
        await ask.artist(await open(), id),
        (page) =>
          `${show.artistsTable([page.artist])}\n\n${show.albumsTable(page.albums)}\n\n${show.tracksTable(page.tracks)}`,
      ),
    );
  program
    .command('albums')
    .description('list the albums of the library')
    .option('--limit <n>', 'maximum number of albums', count, 50)
    .action(async ({ limit }: { limit: number }) =>
      tell(await ask.albums(await open(), limit), ({ albums }) => show.albumsTable(albums)),
    );
  program
    .command('playlists')
    .description('list your playlists and those shared with you')
    .option('--public', 'list public playlists instead')
    .action(async (options: { public?: boolean }) => {
      const api = await open();
      tell(await (options.public === true ? ask.publicPlaylists(api) : ask.playlists(api)), (list) =>
        show.playlistsTable(list.playlists, list.people),
      );
    });

  addLibraryCommands(cli);
  addPlaylistCommands(cli);
  addHistoryCommands(cli);

  program
    .command('watch')
    .description('show changes as they happen')
    .option('--count <n>', 'stop after this many changes', count)
    .option('--timeout <seconds>', 'stop after this long', count)
    .action(async (options: { count?: number; timeout?: number }) => {
      const line = (fact: Message) => write(isJson() ? `${JSON.stringify(fact)}\n` : `${show.factLine(fact)}\n`);
      await watch(await open(), line, options, (state) => {
        if (!isJson())
          process.stderr.write(
            state === 'up' ? 'Connected. Waiting for changes.\n' : 'Connection lost. Reconnecting…\n',
          );
      });
    });
  return program;
}

/** Reports each fact until `count` of them came or `timeout` (seconds) is over. */
async function watch(
  api: Api,
  tell: (fact: Message) => void,
  limits: { count?: number; timeout?: number },
  state: (state: 'up' | 'down') => void,
): Promise<void> {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  let left = limits.count ?? Number.POSITIVE_INFINITY;
  const facts = await hearFacts(api, {
    state,
    fact(fact) {
      if (left <= 0) return;
      tell(fact);
      if (--left <= 0) end();
    },
  });
  state('up');
  const timer = limits.timeout === undefined ? undefined : setTimeout(end, limits.timeout * 1000);
  await over;
  clearTimeout(timer);
  facts.close();
}
