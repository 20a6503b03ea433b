import { EnxameError } from '@/lib/contracts/errors';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { Database, Orm } from '@/lib/database/database';
import { addToOutbox, applyOnce } from '@/lib/messaging/outbox';
import { inbox, outbox, plays } from './schema';

type Started = Message<'playback.started'>;
type Ended = Message<'playback.finished'> | Message<'playback.skipped'>;

/**
 * Notes what a listener did, exactly once; the fact `changed.history` is in the outbox when this resolves.
 * @throws {EnxameError} `invalid_request` for an event of nobody
 */
export async function handleEvent(database: Database, event: Message): Promise<void> {
  if (!isPlayback(event)) return;
  const { actor: accountId } = event;
  if (accountId === null) throw new EnxameError('invalid_request', 'An event of playback needs its listener.');
  await applyOnce(database, inbox, event, async (tx) => {
    await (event.type === 'playback.started' ? noteStart(tx, accountId, event) : noteEnd(tx, accountId, event));
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

/** Where the end came first, only the time of the start is news. */
async function noteStart(tx: Orm, accountId: string, { data, at }: Started): Promise<void> {
  await tx
    .insert(plays)
    .values({
      accountId,
      playId: data.playId,
      trackId: data.trackId,
      startedAt: at,
      state: 'started',
      positionS: data.positionS,
    })
    .onConflictDoUpdate({ target: [plays.accountId, plays.playId], set: { startedAt: at } });
}

/** Where the start has not come yet, its time is worked out; the last end that arrives counts. */
async function noteEnd(tx: Orm, accountId: string, { type, data, at }: Ended): Promise<void> {
  const end = {
    state: type === 'playback.finished' ? ('finished' as const) : ('skipped' as const),
    positionS: data.positionS,
    cacheBytes: data.bytes.cache,
    peerBytes: data.bytes.peer,
    originBytes: data.bytes.origin,
  };
  await tx
    .insert(plays)
    .values({
      accountId,
      playId: data.playId,
      trackId: data.trackId,
      startedAt: Math.max(0, Math.round(at - data.positionS * 1000)),
      ...end,
    })
    .onConflictDoUpdate({ target: [plays.accountId, plays.playId], set: end });
}
