import { isEnxameError } from '@/lib/contracts/errors';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { Database } from '@/lib/database/database';
import { addToOutbox, applyOnce } from '@/lib/messaging/outbox/outbox';
import { inbox, outbox, refusals } from '../schema';
import type { MarkCommand } from './change';
import { applyMarks, type MarkState, stateOfNamed } from './store';

export function isMarkCommand(message: Message): message is MarkCommand {
  return message.type === 'favourite.set' || message.type === 'rating.set';
}

/** Applies a command exactly once, or refuses it; either way the fact `changed.marks` that says so is in the outbox when this resolves. */
export async function handleMarkCommand(database: Database, actor: string, command: MarkCommand): Promise<void> {
  const fact = (state: MarkState, refused?: Message<'changed.marks'>['data']['refused']) =>
    newMessage(
      'changed.marks',
      {
        accountId: actor,
        ...state,
        messageId: command.id,
        ...(refused === undefined ? {} : { refused }),
      },
      { actor, requestId: command.requestId, at: Date.now() },
    );
  try {
    await applyOnce(database, inbox, command, async (tx) => {
      await addToOutbox(tx, outbox, fact(await applyMarks(tx, actor, command)));
    });
  } catch (error) {
    if (!isEnxameError(error)) throw error;
    // A transaction of its own: what the refused command had begun is rolled back.
    await applyOnce(database, inbox, command, async (tx) => {
      const refused = { code: error.code, message: error.message };
      await tx.insert(refusals).values({ messageId: command.id, actorId: actor, ...refused, at: Date.now() });
      await addToOutbox(tx, outbox, fact(await stateOfNamed(tx, actor, command), refused));
    });
  }
}
