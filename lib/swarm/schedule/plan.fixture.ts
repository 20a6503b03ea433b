/** What tests of the schedule begin with: a track that plays well, and peers that hold all of it. */
import type { Flight, PlanInput, PlanPeer } from './model';

/** 64 KiB chunks of 4 s: 128 kbit/s. */
export const CHUNK = 65_536;
export const NOW = 1_000_000;

export function input(over: Partial<PlanInput> & { held?: readonly number[] } = {}): PlanInput {
  const held = new Set(over.held ?? []);
  return {
    now: NOW,
    openedAt: NOW - 60_000,
    self: 'self',
    chunks: 40,
    chunkBytes: CHUNK,
    bytesPerSecond: CHUNK / 4,
    wanted: [],
    playback: null,
    jump: [],
    has: (chunk) => held.has(chunk),
    holds: held.size,
    heldAtFirst: 0,
    flights: [],
    peers: [],
    tracked: true,
    originUsable: true,
    originChunkS: 0.1,
    whole: true,
    ...over,
  };
}

export function peer(over: Partial<PlanPeer> = {}): PlanPeer {
  return {
    peer: 'p',
    link: 'open',
    settling: false,
    has: () => true,
    holds: 40,
    rateBps: 1_000_000,
    outstandingBytes: 0,
    heardAt: 0,
    backoffUntil: 0,
    ...over,
  };
}

export const playingAt = (chunk: number, bufferedS: number) => ({
  at: NOW,
  playing: true,
  byte: chunk * CHUNK,
  bufferedS,
  begin: [chunk],
  comesNext: false,
});
export const upTo = (chunk: number) => Array.from({ length: chunk }, (_, i) => i);
export const asked = (chunk: number, ageMs: number, from: string | null = 'p'): Flight => ({
  chunk,
  peer: from,
  span: from === null ? 1 : -1,
  since: NOW - ageMs,
});
