import { and, eq } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { Database, Orm } from '@/lib/database/database';
import { addToOutbox, applyOnce } from '@/lib/messaging/outbox/outbox';
import { isCounted, plausibleListening } from './counting';
import { queueForward, unqueueForward } from './forwarding/queue';
import { inbox, outbox, plays } from './schema';

type Started = Message<'playback.started'>;
type Ended = Message<'playback.finished'> | Message<'playback.skipped'>;
type Row = typeof plays.$inferSelect;

/** No play moves more (8 GiB); what a page says beyond it would only break sums. */
const MAX_PLAY_BYTES = 2 ** 33;

/**
 * Notes what a listener did, exactly once; the fact `changed.history`, and the play's place in the queue of what is
 * forwarded, are committed with it when this resolves.
 * @throws {EnxameError} `invalid_request` for an event of nobody
 */
export async function handleEvent(database: Database, event: Message): Promise<void> {
  if (!isPlayback(event)) return;
  const { actor: accountId } = event;
  if (accountId === null)
    throw new EnxameError('invalid_request', 'A playback event needs the account of its listener.');
  await applyOnce(database, inbox, event, async (tx) => {
    await note(tx, accountId, event);
    const { trackId } = event.data;
    await addToOutbox(
      tx,
      outbox,
      newMessage(
        'changed.history',
        { accountId, trackId },
        { actor: accountId, requestId: event.requestId, at: Date.now() },
      ),
    );
  });
}

function isPlayback(message: Message): message is Started | Ended {
  return message.type.startsWith('playback.');
}

/**
 * A play's start and its end may come in either order, and a page may repeat either: the first of each stands. But a play that goes on after
 * a reload ends once more, with all that was heard of it.
 */
async function note(tx: Orm, accountId: string, event: Started | Ended): Promise<void> {
  const blank = blankPlay(accountId, event);
  const first = event.type === 'playback.started' ? blank : afterEnd(blank, event);
  const made = await tx.insert(plays).values(first).onConflictDoNothing().returning({ playId: plays.playId });
  if (made.length > 0) {
    if (first.counted) await queueForward(tx, first);
    return;
  }
  const which = and(eq(plays.accountId, accountId), eq(plays.playId, event.data.playId));
  const [before] = await tx.select().from(plays).where(which).for('update');
  if (before === undefined) throw new Error('A play disappeared while it was being recorded.');
  const after = event.type === 'playback.started' ? afterStart(before, event) : afterEnd(before, event);
  if (after === before) return;
  await tx.update(plays).set(after).where(which);
  if (after.counted && !before.counted) await queueForward(tx, after);
  if (before.counted && !after.counted) await unqueueForward(tx, after);
}

function blankPlay(accountId: string, { type, data, at }: Started | Ended): Row {
  const { playId, trackId, positionS } = data;
  const ended = type !== 'playback.started';
  const lastedS = ended ? (data.listenedS ?? positionS) : 0;
  return {
    accountId,
    playId,
    trackId,
    startedAt: Math.max(0, Math.round(at - lastedS * 1000)),
    startKnown: !ended,
    endedAt: null,
    state: 'started',
    positionS,
    saidListenedS: null,
    durationS: null,
    listenedS: 0,
    counted: false,
    cacheBytes: 0,
    peerBytes: 0,
    originBytes: 0,
  };
}

/** The earliest start stands: a later one is of a part after a reload. Where the end came first, only the time of the start is new. */
function afterStart(play: Row, { at }: Started): Row {
  if (play.startKnown && play.startedAt <= at) return play;
  return judged({ ...play, startedAt: at, startKnown: true });
}

function afterEnd(play: Row, { type, data, at }: Ended): Row {
  if (play.endedAt !== null && !tellsOfMore(play, data)) return play;
  return judged({
    ...play,
    endedAt: at,
    state: type === 'playback.finished' ? 'finished' : 'skipped',
    positionS: data.positionS,
    saidListenedS: data.listenedS ?? null,
    durationS: data.durationS ?? null,
    cacheBytes: believableBytes(data.bytes.cache),
    peerBytes: believableBytes(data.bytes.peer),
    originBytes: believableBytes(data.bytes.origin),
  });
}

function tellsOfMore({ saidListenedS }: Row, { listenedS }: Ended['data']): boolean {
  return saidListenedS !== null && listenedS !== undefined && listenedS > saidListenedS;
}

const believableBytes = (said: number) => Math.min(Math.max(0, said), MAX_PLAY_BYTES);

/** What is believed of a play that ended. Of an older page that does not say what was heard, its place in the track is taken. */
function judged(play: Row): Row {
  const { startedAt, endedAt, saidListenedS, positionS, durationS } = play;
  if (endedAt === null) return play;
  const listenedS = plausibleListening(saidListenedS ?? positionS, startedAt, endedAt);
  const counted = isCounted({
    finished: play.state === 'finished',
    listenedS: saidListenedS === null ? null : listenedS,
    durationS,
  });
  return { ...play, listenedS, counted };
}
