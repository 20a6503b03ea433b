/** The plain commands: one thing each, for scripts and for hands that know what they want. */
import { readFile, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import { Api } from './api';
import { hearFacts } from './facts';
import { UsageError } from './failures';
import { plain, write, writeJson } from './output';
import { askPassword } from './password';
import * as ask from './requests';
import * as show from './show';

const WINDOWS = ['week', 'month', 'year', 'all'] as const;
type Window = (typeof WINDOWS)[number];

interface Global {
  server: string;
  json?: boolean;
}

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
  const globals = () => program.opts<Global>();
  const open = async () => {
    const { server } = globals();
    if (!URL.canParse(server) || !/^https?:/.test(server)) {
      throw new UsageError(`--server must be an address such as http://localhost:3000, not "${server}".`);
    }
    return Api.open(server);
  };
  /** Answers as JSON or as text. */
  const tell = <T>(value: T, text: (value: T) => string) =>
    globals().json === true ? writeJson(value) : write(`${text(value)}\n`);
  const change = async (
    options: { wait?: boolean },
    api: Api,
    make: () => Promise<{ messageId: string; playlistId?: string | undefined }>,
  ) => {
    const { answer, fact } = await ask.confirmed(api, make, options.wait !== false);
    tell({ ...answer, applied: fact !== null, revision: fact?.data.revision ?? null }, (told) =>
      told.applied
        ? `Done.${told.playlistId === undefined ? '' : ` (${told.playlistId})`}`
        : `Accepted, but not applied yet (${told.messageId}).`,
    );
  };

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
  changing('import', 'create a playlist from an M3U, M3U8 or XSPF file')
    .argument('<file>')
    .option('--name <name>')
    .action(async (path: string, options: { name?: string; wait?: boolean }) => {
      const text = await readFile(path, 'utf8').catch((cause) => {
        throw new UsageError(`${path} cannot be read (${(cause as Error).message}).`);
      });
      const format = extname(path).toLowerCase() === '.xspf' ? ('xspf' as const) : ('m3u8' as const);
      const api = await open();
      const given = { format, text, ...(options.name === undefined ? {} : { name: options.name }) };
      const { answer, fact } = await ask.confirmed(api, () => ask.importPlaylist(api, given), options.wait !== false);
      tell({ ...answer, applied: fact !== null }, (told) =>
        [
          `${told.found} tracks found (${told.playlistId}).`,
          ...told.missing.map((line) => `not in the library: ${plain(line)}`),
        ].join('\n'),
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
      if (options.output === undefined) return globals().json === true ? writeJson({ text }) : write(text);
      await writeFile(options.output, text);
      tell({ file: options.output }, ({ file }) => `Written to ${file}.`);
    });

  program
    .command('play')
    .description('record a play of a track')
    .addArgument(program.createArgument('<event>').choices(['started', 'finished', 'skipped']))
    .argument('<trackId>')
    .option('--play <id>', 'id of the play that was started')
    .option('--position <seconds>', 'position in the track', Number)
    .action(
      async (
        type: 'started' | 'finished' | 'skipped',
        trackId: string,
        options: { play?: string; position?: number },
      ) => {
        const api = await open();
        const { durationS } = await ask.oneTrack(api, trackId);
        const positionS = options.position ?? (type === 'finished' ? durationS : 0);
        if (!Number.isFinite(positionS) || positionS < 0)
          throw new UsageError('--position must be a number of seconds.');
        const playId = options.play ?? newId();
        const { messageId } = await ask.recordPlay(api, type, { trackId, playId, positionS, durationS });
        tell({ messageId, playId }, () => `Recorded (play ${playId}).`);
      },
    );
  const history = program.command('history').description('show what you played');
  const limited = (name: string, what: string) =>
    history.command(name).description(what).option('--limit <n>', 'maximum number of entries', count, 20);
  const windowed = (command: Command) =>
    command.addOption(new Option('--window <time>').choices([...WINDOWS]).default('month'));
  limited('recent', 'list recent plays').action(async ({ limit }: { limit: number }) =>
    tell(await ask.recent(await open(), limit), show.recentTable),
  );
  windowed(limited('top', 'list the most played tracks')).action(
    async ({ limit, window }: { limit: number; window: Window }) =>
      tell(await ask.top(await open(), window, limit), show.topTable),
  );
  windowed(history.command('stats').description('show your statistics')).action(
    async ({ window }: { window: Window }) => tell(await ask.statistics(await open(), window), show.statsText),
  );
  history
    .command('export')
    .description('export your whole history as JSON')
    .action(async () => {
      await ask.exportHistory(await open(), async ({ body }) => {
        for await (const piece of body ?? []) process.stdout.write(piece);
      });
    });

  program
    .command('watch')
    .description('show changes as they happen')
    .option('--count <n>', 'stop after this many changes', count)
    .option('--timeout <seconds>', 'stop after this long', count)
    .action(async (options: { count?: number; timeout?: number }) => {
      const line = (fact: Message) =>
        write(globals().json === true ? `${JSON.stringify(fact)}\n` : `${show.factLine(fact)}\n`);
      await watch(await open(), line, options, (state) => {
        if (globals().json !== true)
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

function count(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return n;
}
