/** Plays that the server does not have yet, in the browser's storage: the page may be closed before the server can be told. */
import * as z from 'zod/mini';
import { history } from '@/lib/contracts/api/history';
import { epochMs } from '@/lib/contracts/ids';
import { type KeptPlay, MAX_WAITING, type PlayStore } from './play-reports';

const keptPlays = z.object({
  v: z.literal(1),
  plays: z.array(z.object({ event: history.report.body, at: epochMs })).check(z.maxLength(MAX_WAITING)),
});

/**
 * Each page keeps its own. A new page takes over those of every other of this account; what one that is still open would also send is then
 * sent twice, and counts once.
 * @param storage null where the browser forbids it: then a closed page loses what it could not send
 */
export function keptPlaysOf(accountId: string, pageId: string, storage: Storage | null): PlayStore {
  const ofAccount = `enxame.plays.${accountId}.`;
  const own = ofAccount + pageId;
  return {
    take() {
      try {
        return keysOf(storage).flatMap((key) => {
          if (!key.startsWith(ofAccount)) return [];
          const plays = read(storage?.getItem(key) ?? null);
          storage?.removeItem(key);
          return plays;
        });
      } catch {
        return [];
      }
    },
    keep(plays) {
      try {
        if (plays.length === 0) storage?.removeItem(own);
        else storage?.setItem(own, JSON.stringify({ v: 1, plays }));
      } catch {
        // Over the quota, or forbidden: this page still sends them.
      }
    },
  };
}

const keysOf = (storage: Storage | null) =>
  Array.from({ length: storage?.length ?? 0 }, (_, n) => storage?.key(n) ?? '');

function read(text: string | null): KeptPlay[] {
  try {
    const kept = keptPlays.safeParse(JSON.parse(text ?? 'null'));
    return kept.success ? (kept.data.plays as KeptPlay[]) : [];
  } catch {
    return [];
  }
}
