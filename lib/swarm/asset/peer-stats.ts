/** Counts what this peer did, for the panel and for the reports to the tracker. */
import type { Report, SharingMode } from '@/lib/contracts/signaling';
import { Meter } from '@/lib/util/meters';
import type { PlaybackHint } from '../api';

/** The contract's limits on one report. */
const MAX_LINKS_PER_REPORT = 64;
const MAX_BLAMED_PER_REPORT = 16;
/** With less sound than this buffered the player counts as stalled, seconds. */
const STALLED_S = 0.05;
/** The playhead moved by this much more than time passed: the listener jumped, seconds. Hints come up to a second apart. */
const JUMP_S = 3;

export class PeerStats {
  readonly cache = new Meter();
  readonly peer = new Meter();
  readonly origin = new Meter();
  readonly uploaded = new Meter();
  private reported = { cache: 0, peer: 0, origin: 0, uploaded: 0 };
  private links = new Map<string, { sent: number; received: number }>();
  private blamed: Report['blamed'] = [];
  private stalls = 0;
  private plays = false;
  private lastHint: { timeS: number; at: number } | null = null;
  private lastState = '';

  countLink(peer: string, sent: number, received: number, now: number): void {
    this.uploaded.add(sent, now);
    const link = this.links.get(peer) ?? { sent: 0, received: 0 };
    link.sent += sent;
    link.received += received;
    if (this.links.size < MAX_LINKS_PER_REPORT || this.links.has(peer)) this.links.set(peer, link);
  }

  blame(peer: string, versionId: string, chunk: number): void {
    if (this.blamed.length < MAX_BLAMED_PER_REPORT) this.blamed.push({ peer, version: versionId, chunk });
  }

  /** Counts a stall when the buffer of a track that plays runs empty; after a jump it does not play yet. */
  hint({ playing, timeS, bufferedS }: PlaybackHint, now: number): void {
    const passedS = this.lastHint === null ? 0 : (now - this.lastHint.at) / 1000;
    const movedS = this.lastHint === null ? 0 : Math.abs(timeS - this.lastHint.timeS);
    if (movedS > passedS + JUMP_S) this.plays = false;
    if (playing && this.plays && bufferedS < STALLED_S) this.stalls++;
    this.plays = playing && bufferedS >= STALLED_S;
    this.lastHint = { timeS, at: now };
  }

  /** Playback jumped or ended: that there is no sound is no stall. */
  interrupted(): void {
    this.plays = false;
    this.lastHint = null;
  }

  rates(now: number) {
    return {
      cache: this.cache.rate(now),
      peer: this.peer.rate(now),
      origin: this.origin.rate(now),
      uploaded: this.uploaded.rate(now),
    };
  }

  totals() {
    return {
      cache: this.cache.total,
      peer: this.peer.total,
      origin: this.origin.total,
      uploaded: this.uploaded.total,
    };
  }

  /** What happened since the last report; null when nothing did. */
  report(state: { mode: SharingMode; playing: boolean; trackId: string | null }): Report | null {
    const totals = this.totals();
    const bytes = {
      cache: totals.cache - this.reported.cache,
      peer: totals.peer - this.reported.peer,
      origin: totals.origin - this.reported.origin,
      uploaded: totals.uploaded - this.reported.uploaded,
    };
    const isSame = this.lastState === JSON.stringify(state);
    const moved = bytes.cache + bytes.peer + bytes.origin + bytes.uploaded + this.links.size + this.stalls;
    if (isSame && moved + this.blamed.length === 0) return null;
    const links = [...this.links].map(([peer, counted]) => ({ peer, ...counted }));
    const report = { ...state, bytes, links, stalls: this.stalls, blamed: this.blamed };
    this.reported = totals;
    this.links = new Map();
    this.blamed = [];
    this.stalls = 0;
    this.lastState = JSON.stringify(state);
    return report;
  }
}
