/** What the benchmark asks of a streaming system; one driver each stands beside this file. */
import type { Page } from 'puppeteer-core';
import type { Cleaner } from '../cleaner';
import type { Press } from '../listener/probe';
import type { Music } from '../music';
import type { Network } from '../network/network';

/** Which tracks a page shows: the one long track, or the evening's album. */
export type TrackSet = 'measured' | 'evening';

export interface System {
  name: string;
  /** Starts its servers on the origin's host. */
  start(context: StartContext): Promise<Service>;
}

export interface StartContext {
  network: Network;
  music: Music;
  /** A folder of its own for whatever it writes. */
  folder: string;
  cleaner: Cleaner;
}

export interface Service {
  /** Scheme, address and port. */
  site: string;
  /** Opens the page as far as a listener is before the press of play: nothing of the tracks is asked for yet. */
  open(page: Page, listener: number, trackSet: TrackSet): Promise<Tab>;
}

export interface Tab {
  page: Page;
  /** Brings the pointer to a track's play button and leaves it there. */
  rest(track: number): Promise<void>;
  /** A real click on a track's play button. @param track its number in the set */
  press(track: number): Promise<void>;
  /** A real click on "next". */
  next(): Promise<void>;
  /** Brings the pointer to where `jump` will click. @param share of the track, 0 to 1 */
  aim(share: number): Promise<void>;
  /** A real click that jumps. @param share of the track, 0 to 1 */
  jump(share: number): Promise<void>;
  /** Share of the track that this listener's browser holds, 0 to 1. */
  loaded(): Promise<number>;
  /** What happened between press and sound, ms from the press; systems that cannot tell leave it out. */
  breakdown?(press: Press): Promise<Record<string, number | string | null>>;
}
