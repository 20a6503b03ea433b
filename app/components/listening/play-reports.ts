import { isEnxameError } from '@/lib/contracts/enxame-error';
import type { PlayEvent, PlayerState } from '@/lib/player/api';

/** Plays kept while the server is out of reach; older ones are let go. */
export const MAX_WAITING = 100;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;
/** The server takes no older one (`playEvent`). */
const MAX_AGE_S = 86_400;

export interface PlayReports {
  add(event: PlayEvent): void;
  /** The listener waits for sound: nothing is sent until that is over. */
  hold(on: boolean): void;
  /** The network is back: try now. */
  retry(): void;
  /** The page may be gone the next moment: all that waits leaves at once. */
  flush(): void;
}

/** An event, and how long ago it happened (seconds). */
export type PlayReport = PlayEvent & { agoS: number };

/** A play, and when it happened (epoch ms). */
export interface KeptPlay {
  event: PlayEvent;
  at: number;
}

/** Where plays outlive the page that they happened in, until the server has them. */
export interface PlayStore {
  /** What earlier pages could not hand over. */
  take(): KeptPlay[];
  /** In place of what was kept before. */
  keep(plays: readonly KeptPlay[]): void;
}

interface Options {
  /** The request must outlive the page. */
  send: (report: PlayReport) => Promise<unknown>;
  store: PlayStore;
  schedule?: (run: () => void, ms: number) => void;
  /** Milliseconds; of a clock that also counts while the device sleeps, and that is the same in the next page. */
  now?: () => number;
}

interface Waiting extends KeptPlay {
  isSent?: boolean;
}

/**
 * Hands plays to the history in their order, one at a time, each with its age, since the server's clock is the one that counts. None is sent
 * while the listener waits for sound, which has the server and the line to itself. What the server refuses is dropped; what it could not hear
 * is said again later, if need be by the next page. The server knows a repeat by its `playId`.
 */
export function makePlayReports({
  send,
  store,
  schedule = (run, ms) => void setTimeout(run, ms),
  now = Date.now,
}: Options): PlayReports {
  let waiting: Waiting[] = store
    .take()
    .sort((a, b) => a.at - b.at)
    .slice(-MAX_WAITING);
  let state: 'idle' | 'sending' | 'backing_off' = 'idle';
  let isHeld = false;
  let retryMs = FIRST_RETRY_MS;

  const keep = () => store.keep(waiting.map(({ event, at }) => ({ event, at })));
  const reportOf = ({ event, at }: Waiting): PlayReport => ({
    ...event,
    agoS: Math.min(MAX_AGE_S, Math.max(0, (now() - at) / 1000)),
  });
  const forget = (play: Waiting) => {
    waiting = waiting.filter((other) => other !== play);
    keep();
  };
  const first = () => waiting.find((play) => play.isSent !== true);
  const deliver = async (play: Waiting): Promise<'done' | 'again'> => {
    play.isSent = true;
    try {
      await send(reportOf(play));
    } catch (error) {
      if (isRetryable(error)) {
        play.isSent = false;
        return 'again';
      }
    }
    forget(play);
    return 'done';
  };
  const pump = async (): Promise<void> => {
    state = 'sending';
    // A press of play reports the play before it, and only then says that it waits for sound.
    await null;
    for (let next = first(); next !== undefined && !isHeld; next = first()) {
      if ((await deliver(next)) === 'again') {
        state = 'backing_off';
        schedule(wake, retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
        return;
      }
      retryMs = FIRST_RETRY_MS;
    }
    state = 'idle';
  };
  const wake = () => {
    if (state === 'sending') return;
    if (isHeld) state = 'idle';
    else void pump();
  };

  if (waiting.length > 0) {
    keep();
    wake();
  }
  return {
    add(event) {
      waiting.push({ event, at: now() });
      if (waiting.length > MAX_WAITING) waiting.shift();
      keep();
      if (state === 'idle') wake();
    },
    hold(on) {
      if (isHeld === on) return;
      isHeld = on;
      if (!on && state === 'idle') wake();
    },
    retry: wake,
    flush() {
      for (const play of waiting) if (play.isSent !== true) void deliver(play);
    },
  };
}

const isRetryable = (error: unknown) =>
  isEnxameError(error) && ['unavailable', 'timeout', 'too_many_requests', 'internal'].includes(error.code);

/** Nothing but sound may cost the server or the line anything now. */
export const awaitsSound = ({ status }: Pick<PlayerState, 'status'>) => status === 'loading' || status === 'stalled';
