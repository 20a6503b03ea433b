import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { SharingMode } from '@/lib/contracts/signaling';
import type { PeerSnapshot, SwarmPeer } from '@/lib/swarm/api';
import { Api } from '../client/api';
import { UsageError } from '../client/failures';
import { keep, MAX_KEPT } from './keep';
import { type NodePeer, openNodePeer } from './node-peer';
import { play } from './play';
import { mebi, type Telling, tellOn } from './show';
import { allTracks, oneTrack, tracksOf } from './tracks';

const TOLD_WITHIN_MS = 300;

interface Global {
  server: string;
  data: string;
  cacheMb: number;
  share: SharingMode;
  json?: boolean;
  verbose?: boolean;
}

/** All commands of `npm run peer`. @param stopped aborts when the process is to end */
export function makeProgram(stopped: AbortSignal): Command {
  const program = new Command('enxame-peer')
    .description('A headless Enxame peer: plays tracks without sound, or keeps tracks and shares them.')
    .addOption(
      new Option('--server <address>', 'address of the server').env('ENXAME_SERVER').default('http://localhost:3000'),
    )
    .option(
      '--data <folder>',
      'folder for the cache and the identity of this peer',
      join(homedir(), '.cache', 'enxame-peer'),
    )
    .option('--cache-mb <n>', 'size limit of the cache, MiB', megabytes, 2048)
    .addOption(
      new Option('--share <mode>', 'when to share with others')
        .choices(['considerate', 'idle-only', 'off'])
        .default('considerate'),
    )
    .option('--json', 'print lines of JSON, for scripts')
    .option('--verbose', 'print to standard error why links and chunks fail')
    .showHelpAfterError('(use --help to list commands and options)')
    .exitOverride();

  const running = async (run: (api: Api, open: () => Promise<NodePeer>, tell: Telling) => Promise<void>) => {
    const { server, data, cacheMb, share, json, verbose } = program.opts<Global>();
    if (!URL.canParse(server) || !/^https?:/.test(server)) {
      throw new UsageError(`--server must be an address such as http://localhost:3000, not "${server}".`);
    }
    const api = await Api.open(server);
    const tell = tellOn(json === true);
    let peer: SwarmPeer | null = null;
    try {
      await run(
        api,
        async () => {
          const opened = await openNodePeer({
            server: api.server,
            data,
            cacheBytes: cacheMb * 2 ** 20,
            mode: share,
            log: (message) => verbose === true && process.stderr.write(`${message}\n`),
          });
          peer = opened;
          tell.event('peer', { peerId: opened.peerId }, `Peer ${opened.peerId}`);
          return opened;
        },
        tell,
      );
    } finally {
      await closed(peer, tell);
    }
  };

  program
    .command('play')
    .description('download a track as a player does, and show where it comes from')
    .argument('<words...>', 'id of the track, or words to search for')
    .option('--fast', 'download at full speed instead of playback speed')
    .option('--out <file>', 'write the decrypted track to this file')
    .action((words: string[], { fast = false, out = null }: { fast?: boolean; out?: string | null }) =>
      running(async (api, open, tell) => play(await open(), await oneTrack(api, words), { fast, out }, tell, stopped)),
    );
  program
    .command('keep')
    .description('download tracks and share them until stopped')
    .argument('[ids...]', 'ids of tracks, albums or playlists')
    .option('--all', 'the whole library')
    .action((ids: string[], { all = false }: { all?: boolean }) => {
      if (all === ids.length > 0) throw new UsageError('Give the ids of tracks, albums or playlists, or use --all.');
      return running(async (api, open, tell) => {
        const tracks = all ? await allTracks(api) : await tracksOf(api, ids);
        const left = tracks.length - MAX_KEPT;
        if (left > 0) {
          const sentence = `Keeping the first ${MAX_KEPT} of ${tracks.length} tracks. To keep more, run another peer with its own --data.`;
          tell.event('too_many', { left }, sentence);
        }
        await keep(await open(), tracks.slice(0, MAX_KEPT), tell, stopped);
      });
    });
  return program;
}

/** Links end, the cache is written out, the folder is given up. */
async function closed(peer: SwarmPeer | null, tell: Telling): Promise<void> {
  if (peer === null) return;
  const { totals, links } = await upToDate(peer);
  const told = links.map(({ peer: of, sent, received }) => ({ peer: of, sent, received }));
  await peer.close();
  tell.event('closed', { totals, links: told }, `Shared ${mebi(totals.uploaded)} with others.`);
}

/** A snapshot is as old as the last time that listeners were told: four times a second, where anything changed. */
function upToDate(peer: SwarmPeer): Promise<PeerSnapshot> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve(peer.snapshot());
    };
    const timer = setTimeout(done, TOLD_WITHIN_MS);
    const stop = peer.subscribe(done);
  });
}

function megabytes(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('It must be a whole number of MiB, at least 1.');
  return n;
}
