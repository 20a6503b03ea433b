import type { PlayEvent, Player } from '@/lib/player/api';
import { storageOf } from '@/lib/player/saved-state';
import { keptPlaysOf } from './kept-plays';
import { awaitsSound, makePlayReports, type PlayReport } from './play-reports';

export interface Reporting {
  onPlay(event: PlayEvent): void;
  /** While this player's listener waits for sound nothing is reported; when its page closes, all is. */
  follow(player: Pick<Player, 'state' | 'subscribe'>): void;
}

/**
 * Reports the plays of a page to the history.
 * @param accountId whose plays @param send the request must outlive the page
 * @param page where the browser's `pagehide`, `pageshow` and `online` are heard
 */
export function openReporting({
  accountId,
  pageId,
  send,
  page = globalThis,
  storage = storageOf('localStorage'),
}: {
  accountId: string;
  pageId: string;
  send: (report: PlayReport) => Promise<unknown>;
  page?: EventTarget;
  storage?: Storage | null;
}): Reporting {
  const reports = makePlayReports({ send, store: keptPlaysOf(accountId, pageId, storage) });
  page.addEventListener('online', () => reports.retry());
  return {
    onPlay: (event) => reports.add(event),
    follow(player) {
      const look = () => reports.hold(awaitsSound(player.state()));
      player.subscribe(look);
      look();
      // Behind the player's own listener, which ends the play.
      page.addEventListener('pagehide', () => reports.flush());
      // The browser kept the page and brings it back.
      page.addEventListener('pageshow', () => reports.retry());
    },
  };
}
