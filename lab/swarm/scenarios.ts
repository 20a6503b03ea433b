/** What the listeners do, all pages being open. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Evening, planEvening, tracksOf } from './evening';
import { arm, sounded } from './listener/probe';
import type { Music } from './music';
import type { Size } from './size';
import type { Tab, TrackSet } from './systems/system';

/** Where a jump leads to. */
const JUMP_TO = 0.6;
/** Sound before the jump. */
const JUMP_AFTER_MS = 500;
/** The pointer rests over the bar for so long before the jump (`aimed`): a hand does, on its way to a click. */
const AIM_MS = 300;
/** The pointer rests on the track for so long before it is pressed (`warm`). */
const REST_MS = 1000;
/** From the first press of a flash to the last. */
const FLASH_MS = 1000;
/** A press that is not heard by then has failed, and counts as this long. */
export const SOUND_TIMEOUT_MS = 30_000;

export interface Scenario {
  trackSet: TrackSet;
  run(tabs: readonly Tab[]): Promise<void>;
  /** Bytes that one copy of all that is played has. */
  copyBytes(music: Music): number;
}

/** @param round from 1; in each, other music is chosen for the evening */
export const scenarios = {
  stagger: (size) => measured(size, (tabs) => inTurn(tabs, size.staggerMs, pressPlay)),
  flash: (size) => measured(size, (tabs) => inTurn(tabs, FLASH_MS / tabs.length, pressPlay)),
  jump: (size) => measured(size, (tabs) => inTurn(tabs, size.staggerMs, (tab) => playAndJump(tab))),
  aimed: (size) => measured(size, (tabs) => inTurn(tabs, size.staggerMs, (tab) => playAndJump(tab, AIM_MS))),
  warm: (size) => measured(size, (tabs) => inTurn(tabs, size.staggerMs, restAndPress)),
  evening: (size, round, listeners) => {
    const evenings = planEvening(size.evening, listeners, round);
    return {
      trackSet: 'evening',
      run: async (tabs) => {
        await Promise.all(tabs.map((tab, i) => spendEvening(tab, evenings[i])));
      },
      copyBytes: ({ evening: [track] }) => (track?.bytes ?? 0) * tracksOf(evenings),
    };
  },
} satisfies Record<string, (size: Size, round: number, listeners: number) => Scenario>;

/** The one long track; every system is counted for the same time, however fast it is. */
function measured({ windowMs }: Size, act: (tabs: readonly Tab[]) => Promise<void>): Scenario {
  return {
    trackSet: 'measured',
    run: async (tabs) => {
      await Promise.all([sleep(windowMs), act(tabs)]);
    },
    copyBytes: ({ measured }) => measured.bytes,
  };
}

async function spendEvening(tab: Tab, evening: Evening | undefined): Promise<void> {
  if (evening === undefined) return;
  await sleep(evening.arrivesS * 1000);
  for (const { how, track, heardS } of evening.plays) {
    await arm(tab.page, 'start');
    await (how === 'next' ? tab.next() : tab.press(track));
    await sounded(tab.page, SOUND_TIMEOUT_MS);
    await sleep(heardS * 1000);
  }
}

async function pressPlay(tab: Tab): Promise<void> {
  await arm(tab.page, 'start');
  await tab.press(0);
  await sounded(tab.page, SOUND_TIMEOUT_MS);
}

async function restAndPress(tab: Tab): Promise<void> {
  await tab.rest(0);
  await sleep(REST_MS);
  await pressPlay(tab);
}

/** @param aimMs for how long the pointer rests over the place first; absent: it does not */
async function playAndJump(tab: Tab, aimMs?: number): Promise<void> {
  await pressPlay(tab);
  await sleep(JUMP_AFTER_MS);
  if (aimMs !== undefined) {
    await tab.aim(JUMP_TO);
    await sleep(aimMs);
  }
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
