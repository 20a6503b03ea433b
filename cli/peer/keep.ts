/** The always-on peer: fetches tracks whole, holds them open so that their leave is renewed, and serves them until it is stopped. */

import { isFinal } from '@/lib/client/http-errors';
import type { Track } from '@/lib/contracts/catalog';
import { isEnxameError } from '@/lib/contracts/errors';
import type { OpenAsset } from '@/lib/swarm/api';
import { plain } from '../client/output';
import type { NodePeer } from './node-peer';
import { paceOf, readFast, wait } from './reading';
import { mebi, type Telling } from './show';

/** The tracker takes 64 versions of one peer; some are left for those that a changed file brings. */
export const MAX_KEPT = 60;
/** New bytes are fetched at this many times the pace of their sound: listeners come first at the origin and at other peers. */
const FETCH_PACE = 16;
/** Each kept track is looked at this often, ms: a changed file or a lost chunk is fetched anew, a refusal asked about again. */
const LOOK_EVERY_MS = 60_000;
const RETRY_MS = 5_000;
/** What is shown changes with the traffic; scripts get a line this often at most, ms. */
const TELL_EVERY_MS = 1_000;

/** Keeps the tracks until `signal` aborts. Refused tracks are told of and tried again at the next look. @throws the signal's reason */
export async function keep(
  peer: NodePeer,
  tracks: readonly Track[],
  tell: Telling,
  signal: AbortSignal,
): Promise<void> {
  const held = new Map<string, OpenAsset>();
  const told = new Map<string, string>();
  // An event about a track does not wait for the next look; its version has ended by the time this runs.
  let wake = () => {};
  const stopEvents = peer.onEvent(({ type }) => {
    if (type === 'changed.version' || type === 'changed.track') wake();
  });
  let shownAt = 0;
  const stopState = peer.subscribe(() => {
    if (Date.now() - shownAt < TELL_EVERY_MS) return;
    shownAt = Date.now();
    tell.state(peer.snapshot(), []);
  });
  const say = (track: Track, event: string, data: object, sentence: string) => {
    if (told.get(track.id) === sentence) return;
    told.set(track.id, sentence);
    tell.event(event, { trackId: track.id, ...data }, `${plain(track.title)}: ${sentence}`);
  };

  const look = async (track: Track): Promise<'kept' | 'refused' | 'later'> => {
    try {
      const known = held.get(track.id);
      const asset = known ?? (await peer.open(track.id, signal));
      held.set(track.id, asset);
      const size = asset.manifest.size;
      const { usedBytes, budgetBytes } = peer.snapshot().cache;
      const missing = asset.sources().filter((source) => source === 'none').length * asset.manifest.chunkSize;
      if (usedBytes + missing > budgetBytes && missing > 0) {
        asset.close();
        held.delete(track.id);
        say(track, 'no_room', { size }, `does not fit in the cache (${mebi(size)}); see --cache-mb`);
        return 'refused';
      }
      // At the start what is on disk is read and hashed: a spoilt chunk is fetched anew before anybody asks for it. Later, only what was lost.
      if (known === undefined || missing > 0) {
        await readFast(
          asset,
          () => {},
          signal,
          (fromNetwork) =>
            fromNetwork ? wait((2 ** 20 / (paceOf(asset) * FETCH_PACE)) * 1000, signal) : Promise.resolve(),
        );
      } else await asset.read(0, 1, signal);
      const { versionId } = asset.grant;
      say(
        track,
        'kept',
        { version: versionId, bytes: asset.bytes() },
        `kept, ${mebi(size)} (${versionId.slice(0, 6)})`,
      );
      return 'kept';
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      held.get(track.id)?.close();
      held.delete(track.id);
      if (!isEnxameError(error) || error.code === 'not_signed_in') throw error;
      say(track, 'refused', { code: error.code }, error.message);
      return isFinal(error.code) ? 'refused' : 'later';
    }
  };

  try {
    for (let first = true; ; first = false) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      let [kept, later] = [0, 0];
      for (const track of tracks) {
        const outcome = await look(track);
        if (outcome === 'kept') kept++;
        if (outcome === 'later') later++;
      }
      if (first) tell.event('keeping', { kept, of: tracks.length }, `Sharing ${kept} of ${tracks.length} tracks.`);
      await Promise.race([wait(later > 0 ? RETRY_MS : LOOK_EVERY_MS, signal), woken]);
    }
  } finally {
    stopEvents();
    stopState();
    for (const asset of held.values()) asset.close();
  }
}
