/** What two linked peers tell each other of the chunks they hold, by version. */
import { ChunkSet } from '@/lib/assets/ranges';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Clock } from '@/lib/util/clock';
import { tellInMs } from '../schedule/gossip';

/** Versions one peer may speak of. A listener goes through a track every few minutes. */
export const MAX_VERSIONS = 64;
/**
 * How long a peer is not asked again for a chunk that it said it has not, ms, whatever it or the tracker announces meanwhile: who claims and
 * denies in turn would otherwise be asked without end, and the chunk would come from nobody else. A guess: longer than any chunk is awaited.
 */
export const DENIED_MS = 30_000;

export class CoverageExchange {
  private readonly theirs = new BoundedMap<string, ChunkSet>(MAX_VERSIONS);
  /** When the peer last said that it does not hold a chunk (epoch ms); at most as many as were asked of it. */
  private readonly denied = new BoundedMap<string, Map<number, number>>(MAX_VERSIONS);
  /** What the peer was last told is held here, and when (epoch ms). */
  private readonly told = new BoundedMap<string, { have: ChunkSet; at: number }>(MAX_VERSIONS);
  /** Versions of which the peer may be told what is held here. */
  private readonly admitted = new BoundedMap<string, true>(MAX_VERSIONS);

  /** @param send tells the peer what is held here now */
  constructor(
    private readonly clock: Clock,
    private readonly send: (versionId: string, have: ChunkSet) => void,
  ) {}

  /** What the peer says it holds; null while it has said nothing. */
  remoteHave(versionId: string): ChunkSet | null {
    return this.theirs.get(versionId) ?? null;
  }

  /** The peer says what it holds now. */
  heard(versionId: string, have: ChunkSet): void {
    this.theirs.set(versionId, have);
  }

  /** The peer says that it does not hold a chunk. */
  deny(versionId: string, chunk: number): void {
    this.theirs.get(versionId)?.remove(chunk);
    const chunks = this.denied.get(versionId) ?? new Map<number, number>();
    this.denied.set(versionId, chunks.set(chunk, this.clock.now()));
  }

  /** The peer said lately that it does not hold this chunk, so that it is not asked for it. */
  hasDenied(versionId: string, chunk: number): boolean {
    const at = this.denied.get(versionId)?.get(chunk);
    return at !== undefined && this.clock.now() - at < DENIED_MS;
  }

  /** The peer showed a valid ticket, and with it asks anew to be told what is held here. */
  admit(versionId: string): void {
    this.admitted.set(versionId, true);
    this.told.delete(versionId);
  }

  /**
   * Tells what is held here, if now is the time for it (schedule/gossip.ts); only to a peer that showed a ticket for the version.
   * @returns ms until it is; null when there is nothing more to tell
   */
  tell(versionId: string, have: ChunkSet): number | null {
    if (this.admitted.get(versionId) === undefined) return null;
    const now = this.clock.now();
    const before = this.told.get(versionId);
    const untold = have.difference(before?.have ?? ChunkSet.empty());
    const theirs = this.theirs.get(versionId) ?? ChunkSet.empty();
    const waitMs = tellInMs({
      toldAgoMs: before === undefined ? null : now - before.at,
      more: !untold.isEmpty,
      less: before !== undefined && !before.have.difference(have).isEmpty,
      wanted: !untold.difference(theirs).isEmpty,
      holds: theirs.count,
    });
    if (waitMs !== 0) return waitMs;
    this.told.set(versionId, { have: have.clone(), at: now });
    this.send(versionId, have);
    return null;
  }
}
