/** What the listeners do. Each begins with all pages open, and ends when the window that is counted is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { arm, sounded } from './listener/probe';
import type { Tab } from './systems/system';

/** Where a jump leads to. */
const JUMP_TO = 0.6;
/** Sound before the jump. */
const JUMP_AFTER_MS = 500;
const STAGGER_MS = 3000;
/** From the first press of a flash to the last. */
const FLASH_MS = 1000;
/** A press that is not heard by then has failed, and counts as this long. */
export const SOUND_TIMEOUT_MS = 30_000;
/** What is counted, from the first press on. */
export const WINDOW_MS = 45_000;

export type Scenario = (tabs: readonly Tab[]) => Promise<void>;

export const scenarios = {
  stagger: (tabs) => within(WINDOW_MS, () => inTurn(tabs, STAGGER_MS, pressPlay)),
  flash: (tabs) => within(WINDOW_MS, () => inTurn(tabs, FLASH_MS / tabs.length, pressPlay)),
  jump: (tabs) => within(WINDOW_MS, () => inTurn(tabs, STAGGER_MS, playAndJump)),
} satisfies Record<string, Scenario>;

async function pressPlay(tab: Tab): Promise<void> {
  await arm(tab.page, 'start');
  await tab.press(0);
  await sounded(tab.page, SOUND_TIMEOUT_MS);
}

async function playAndJump(tab: Tab): Promise<void> {
  await pressPlay(tab);
  await sleep(JUMP_AFTER_MS);
  await arm(tab.page, 'jump');
  await tab.jump(JUMP_TO);
  await sounded(tab.page, SOUND_TIMEOUT_MS);
}

/** One listener after the other begins, whether the one before is through or not. */
async function inTurn(tabs: readonly Tab[], everyMs: number, act: (tab: Tab) => Promise<void>): Promise<void> {
  await Promise.all(
    tabs.map(async (tab, i) => {
      await sleep(i * everyMs);
      await act(tab);
    }),
  );
}

/** Every system is counted for the same time, however fast it is. */
async function within(ms: number, act: () => Promise<void>): Promise<void> {
  await Promise.all([sleep(ms), act()]);
}
