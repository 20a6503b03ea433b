/** What the menus are made of. Esc in a question goes back to the menu above it, Ctrl-C ends the program. */
import { isCancel, log, select, spinner, text } from '@clack/prompts';
import type { Track } from '@/lib/contracts/catalog';
import type { Api } from '../api';
import { sentenceOf } from '../failures';
import { plain } from '../output';
import * as ask from '../requests';

/** Tracks, playlists or plays offered at once; a search narrows what is more. */
export const OFFERED = 30;

/** A step back: Esc in a question leads to the menu above it. */
export class Back extends Error {}

export function chosen<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Back();
  return answer as Exclude<T, symbol>;
}

export type Choice = { label: string; hint?: string; run: () => Promise<void> };

/** Runs what is chosen, again and again, until somebody goes back. Failures are told and lead here again. */
export async function menu(message: () => string, choices: () => Choice[] | Promise<Choice[]>): Promise<void> {
  for (;;) {
    const offered = await choices();
    const options = offered.map(({ label, hint }, value) => ({
      value,
      label,
      ...(hint === undefined ? {} : { hint }),
    }));
    const answer = await select({ message: message(), options, maxItems: 14 });
    if (isCancel(answer)) return;
    try {
      await offered[answer]?.run();
    } catch (error) {
      if (error instanceof Leave) return;
      if (!(error instanceof Back)) log.error(sentenceOf(error));
    }
  }
}

/** The menu that is open is done with. */
export class Leave extends Error {}
export const leave = async () => {
  throw new Leave();
};

export const trackLabel = (track: Track) => `${plain(track.title)} · ${plain(track.artist)}`;

export async function findTracks(api: Api): Promise<Track[]> {
  const words = chosen(await text({ message: 'Search', placeholder: 'title, artist or album' }));
  const { tracks } = await ask.search(api, words, OFFERED);
  if (tracks.length === 0) log.warn('No tracks found.');
  return tracks;
}

/** Says a change and shows that it is waited for. */
export async function apply(api: Api, change: () => Promise<{ messageId: string }>): Promise<void> {
  const working = spinner();
  working.start('Applying');
  try {
    const { fact } = await ask.confirmed(api, change);
    working.stop(fact === null ? 'Accepted, but not applied yet.' : 'Done.');
  } catch (error) {
    working.stop('Failed.');
    throw error;
  }
}
