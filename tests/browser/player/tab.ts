import type { Browser, Page } from 'puppeteer-core';
import type { PlayerState } from '@/lib/player/api';
import { BASE_HZ, type Piece, STEP_HZ } from './music';

/** A tab with the harness page, and storage of its own. */
export interface Tab {
  page: Page;
  /** The value of an expression in which `harness` is known. */
  get<T>(expression: string): Promise<T>;
  state(): Promise<PlayerState>;
  play(...pieces: Pick<Piece, 'name' | 'mime'>[]): Promise<void>;
  /** Waits until the player plays at or past `seconds`. @throws with the player's state when it does not */
  playsAt(seconds: number): Promise<void>;
  /** Waits for a status. */
  is(status: PlayerState['status']): Promise<void>;
  /** Waits until the pitch that sounds is that of the place where the player is. */
  soundsInPlace(): Promise<void>;
  /** Jumps. @returns where it was until then, in seconds */
  jump(toS: number): Promise<number>;
  close(): Promise<void>;
}

/** So long nothing happens, and playback stands still. */
const PATIENCE_MS = 15_000;
/** Sound reaches the analyser so much later than the element's clock says, at most. */
const LAG_S = 0.7;

/** @param muted without a sound device Firefox plays what is muted, and nothing else */
export async function openTab(browser: Browser, url: string, muted: boolean): Promise<Tab> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction('globalThis.harness');
  const get = <T>(expression: string) => page.evaluate(`(async () => (${expression}))()`) as Promise<T>;
  if (muted) await get('harness.player.setMuted(true)');
  const until = async (what: string, holds: string) => {
    let [late, place] = [0, Number.NaN];
    while (!(await get<boolean>(holds))) {
      const now = await get<number>('harness.audio.currentTime');
      if (now !== place) [late, place] = [Date.now() + PATIENCE_MS, now];
      if (Date.now() > late) {
        const seen = await get<PlayerState>(
          '({ ...harness.player.state(), queue: harness.player.state().queue.length })',
        );
        throw new Error(`never ${what}: ${JSON.stringify(seen)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    page,
    get,
    state: () => get('harness.player.state()'),
    play: (...pieces) =>
      get(`harness.player.playNow(${JSON.stringify(pieces)}.map(({ name, mime }) => harness.track(name, mime)), 0)`),
    playsAt: (seconds) =>
      until(
        `playing at ${seconds} s`,
        `harness.player.state().status === 'playing' && harness.player.state().positionS >= ${seconds}`,
      ),
    is: (status) => until(status, `harness.player.state().status === '${status}'`),
    soundsInPlace: () =>
      until(
        'the pitch of the place',
        `harness.pitchHz().then((hz) => {
          const second = Math.round((hz - ${BASE_HZ}) / ${STEP_HZ});
          const at = harness.audio.currentTime;
          return second === Math.floor(at) || second === Math.floor(at - ${LAG_S});
        })`,
      ),
    jump: (toS) => get(`(() => { const at = harness.audio.currentTime; harness.player.seek(${toS}); return at; })()`),
    close: () => context.close(),
  };
}
