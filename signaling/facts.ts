import type { Message } from '@/lib/contracts/messages';
import { CLOCK_TOLERANCE_S, TICKET_LIFE_S } from '@/lib/contracts/playback';
import { ExpiringMap } from '@/lib/util/bounded-map';
import type { Admission } from './admission';
import type { Connections } from './connections';
import type { TrackerUpdate } from './tracker/state';
import type { Tracker } from './tracker/tracker';

/** Versions retired within a ticket's life; more than that is a library replaced while it plays. */
const MAX_RETIRED = 100_000;
const TICKET_LIFE_MS = (TICKET_LIFE_S + 2 * CLOCK_TOLERANCE_S) * 1000;

/** Versions no longer to be played, for as long as a ticket for one may still be shown. A retired version never comes back. */
export type RetiredVersions = ExpiringMap<true>;
export function retiredVersions(): RetiredVersions {
  return new ExpiringMap(MAX_RETIRED, TICKET_LIFE_MS);
}

/** Passes a service's fact on to those it concerns, and acts on those that concern the swarm itself. @param now epoch ms by the wall clock */
export function passOnFact(
  deps: { tracker: Tracker; connections: Connections; admission: Admission; retired: RetiredVersions },
  fact: Message,
  now: number,
): void {
  const { tracker, connections, admission, retired } = deps;
  switch (fact.type) {
    case 'changed.playlist': {
      const { to } = fact.data;
      if (to === null) connections.factToAll(fact);
      // Each hears of itself alone: somebody the playlist is no longer shared with does not learn who else is.
      else
        for (const account of to)
          connections.factToAccount(account, { ...fact, data: { ...fact.data, to: [account] } });
      break;
    }
    case 'changed.marks':
    case 'changed.history':
      connections.factToAccount(fact.data.accountId, fact);
      break;
    case 'changed.import':
      connections.factToAdmins(fact);
      break;
    case 'changed.track':
    case 'changed.tags':
      connections.factToAll(fact);
      break;
    case 'changed.version': {
      const { versionId } = fact.data;
      retired.set(versionId, true, now);
      connections.factToAdminsAnd(new Set(tracker.holders(versionId)), fact);
      connections.deliver(tracker.retire(versionId));
      break;
    }
    case 'changed.account': {
      const { accountId, disabled, role, deleted = false } = fact.data;
      admission.noteAccount(accountId, { disabled, role }, now);
      if (role !== undefined) connections.setRole(accountId, role);
      if (disabled) {
        for (const peer of tracker.peersOf(accountId)) {
          connections.endedToAll(peer);
          connections.deliver(tracker.remove(peer));
        }
        connections.byeAccount(accountId, deleted ? 'not_signed_in' : 'account_disabled');
      }
      connections.factToAdmins(fact);
      break;
    }
    case 'changed.session': {
      const { accountId, sessionId } = fact.data;
      admission.endSession(sessionId, now);
      for (const peer of connections.peersOfSession(accountId, sessionId)) {
        connections.deliver(tracker.remove(peer).map(asEnded));
      }
      connections.byeSession(accountId, sessionId);
      break;
    }
    default:
      // Commands and events are none of ours.
      break;
  }
}

/** Whoever is told that a peer is gone closes the link to it, even one that works. */
function asEnded(update: TrackerUpdate): TrackerUpdate {
  return update.event === 'gone' ? { ...update, data: { ...update.data, ended: true } } : update;
}
