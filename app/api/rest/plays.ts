/** What apps report of their playing, as the events that pages report (lib/contracts/messages.ts): one history for both. */
import { createHash } from 'node:crypto';
import type { Song } from '@/lib/contracts/catalog';
import { encodeId, ID_BYTES, newId } from '@/lib/contracts/ids';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Publishable, RestCall } from './endpoint';
import { songById, songsById } from './library';
import { songOf } from './shapes';

const NO_BYTES = { cache: 0, peer: 0, origin: 0 };
/** What was heard offline is reported weeks later, with the time that the app gives. */
const OLDEST_MS = 366 * 24 * 3600 * 1000;
/** Plays under way, over all devices: what is forgotten of them is only when they began. */
const MAX_PLAYING = 10_000;
/** A track is heard for half its length, or this long (s), before an app reports it (https://www.last.fm/api/scrobbling). */
const REPORTED_AFTER_S = 240;
/** How far (ms) the clock of a device may be off, and a play that it reports still be the one that it told of as under way. */
const CLOCK_OFF_MS = 5 * 60_000;
/** Plays that may be under way in one account. */
const RECENT = 20;
/** Near enough to the end (s) to have played to it; of short tracks the last tenth. */
const AT_END_S = 5;

/** A play as its device told of it. */
interface Playing {
  playId: string;
  trackId: string;
  /** Epoch ms. */
  startedAt: number;
  /** It was reported as heard: the same track after this is another play. */
  isReported: boolean;
  /** The time that the app gave with that report. */
  reportedTime: number | null;
  /** Heard up to the last report. */
  listenedMs: number;
  /** The last report: epoch ms, and whether it played from then on. */
  at: number;
  isRunning: boolean;
}

/** By device: what it said last that it is playing. */
const playing = new BoundedMap<string, Playing>(MAX_PLAYING);

type Reporter = Pick<RestCall, 'ask' | 'publish' | 'appPasswordId'>;
type Scrobbler = Pick<RestCall, 'ask' | 'publishAll' | 'appPasswordId' | 'account'>;

/** The device says what it is playing now; this counts nothing yet. */
export async function nowPlaying(call: Reporter, trackId: string, now = Date.now()): Promise<void> {
  const [song] = await songsById(call.ask, [trackId]);
  if (song === undefined) return;
  const before = playing.get(call.appPasswordId);
  // Apps repeat it while a track plays, after a pause say.
  const isSame = before?.trackId === trackId && !before.isReported && now - before.startedAt < song.durationS * 1000;
  if (!isSame) await begin(call, trackId, 0, now);
}

async function begin(call: Reporter, trackId: string, positionS: number, now: number): Promise<Playing> {
  const begun = {
    playId: newId(),
    trackId,
    startedAt: now,
    isReported: false,
    reportedTime: null,
    listenedMs: 0,
    at: now,
    isRunning: true,
  };
  playing.set(call.appPasswordId, begun);
  await call.publish('playback.started', { trackId, playId: begun.playId, positionS }, now);
  return begun;
}

/**
 * Tracks were heard: half of each at least, or four minutes. What an app hands in again, because it got no answer, is the same plays again
 * wherever it says when they began.
 * @param times when each began, epoch ms, as far as the app says so
 */
export async function scrobble(call: Scrobbler, trackIds: string[], times: number[], now = Date.now()): Promise<void> {
  const songs = new Map((await songsById(call.ask, trackIds)).map((song) => [song.id, song]));
  const heard = trackIds.flatMap((trackId, n) => {
    const song = songs.get(trackId);
    return song === undefined ? [] : eventsOf(call, song, times[n] ?? null, now);
  });
  if (heard.length > 0) await call.publishAll(heard);
}

function eventsOf(call: Scrobbler, song: Song, said: number | null, now: number): Publishable[] {
  const under = playing.get(call.appPasswordId);
  const known = under !== undefined && isOf(under, song, said) ? under : null;
  const given = said === null ? null : Math.min(now, Math.max(now - OLDEST_MS, said));
  const startedAt = given ?? known?.startedAt ?? now - song.durationS * 1000;
  const playId = known?.playId ?? (said === null ? newId() : playIdOf(call.account.id, song.id, said));
  if (known !== null) Object.assign(known, { isReported: true, reportedTime: said });
  const listenedS = heardS(song.durationS, (now - startedAt) / 1000);
  const { id: trackId, durationS } = song;
  return [
    { type: 'playback.started', data: { trackId, playId, positionS: 0 }, at: Math.round(startedAt) },
    {
      type: 'playback.finished',
      data: { trackId, playId, positionS: durationS, listenedS, durationS, bytes: NO_BYTES },
      at: Math.round(startedAt + listenedS * 1000),
    },
  ];
}

/** Whether a report is of the play that the device told of as under way: the first report of it, or that one again. */
function isOf(play: Playing, { id, durationS }: Song, said: number | null): boolean {
  if (play.trackId !== id) return false;
  if (said === null) return !play.isReported;
  if (play.isReported) return play.reportedTime === said;
  // The same track, heard offline before.
  return said >= play.startedAt - Math.max(durationS * 1000, CLOCK_OFF_MS);
}

/** One account hears a track once at a time: history drops what it has already. */
function playIdOf(accountId: string, trackId: string, said: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([accountId, trackId, said]))
    .digest();
  return encodeId(hash.subarray(0, ID_BYTES));
}

/**
 * Seconds that were heard of a track that an app reports as heard: what passed since it began, at least what makes an app report it, and no
 * more than the track has.
 */
export function heardS(durationS: number, passedS: number): number {
  const least = Math.min(durationS / 2, REPORTED_AFTER_S);
  return Math.min(durationS, Math.max(least, passedS));
}

export const PLAYBACK_STATES = ['starting', 'playing', 'paused', 'stopped'] as const;

export interface PlaybackReport {
  mediaId: string;
  positionMs: number;
  state: (typeof PLAYBACK_STATES)[number];
  /** Nothing of it shall be in the history. */
  ignoreScrobble: boolean;
}

/** A step of a play (extension `playbackReport`): what was heard is the time between the steps. */
export async function reportPlayback(call: Reporter, report: PlaybackReport, now = Date.now()): Promise<void> {
  const song = await songById(call.ask, report.mediaId);
  if (report.ignoreScrobble) return;
  const { id: trackId, durationS } = song;
  const positionS = Math.min(durationS, report.positionMs / 1000);
  const before = playing.get(call.appPasswordId);
  const isNew = before === undefined || before.trackId !== trackId || report.state === 'starting';
  if (isNew && report.state === 'stopped') return;
  const current = isNew ? await begin(call, trackId, positionS, now) : before;
  if (current.isRunning) current.listenedMs += Math.max(0, now - current.at);
  current.at = now;
  current.isRunning = report.state === 'starting' || report.state === 'playing';
  if (report.state !== 'stopped') return;
  playing.delete(call.appPasswordId);
  const listenedS = Math.min(current.listenedMs / 1000, durationS);
  const type = durationS - positionS <= Math.min(AT_END_S, durationS / 10) ? 'playback.finished' : 'playback.skipped';
  await call.publish(type, { trackId, playId: current.playId, positionS, listenedS, durationS, bytes: NO_BYTES }, now);
}

/** What this account is playing, in apps and in pages. What others play is theirs. */
export async function playingNow({ ask, account }: Pick<RestCall, 'ask' | 'account'>, now = Date.now()) {
  const { plays } = await ask('history.recent', { accountId: account.id, limit: RECENT });
  const begun = plays.filter(({ state }) => state === 'started');
  const songs = await songsById(
    ask,
    begun.map(({ trackId }) => trackId),
  );
  const byId = new Map(songs.map((song) => [song.id, song]));
  return begun.flatMap(({ trackId, startedAt }, playerId) => {
    const song = byId.get(trackId);
    if (song === undefined || now - startedAt > song.durationS * 1000) return [];
    const minutesAgo = Math.max(0, Math.floor((now - startedAt) / 60_000));
    return { ...songOf(song), username: account.email, minutesAgo, playerId };
  });
}
