import { setTimeout as sleep } from 'node:timers/promises';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { Database, Orm } from '@/lib/database/database';
import { addToOutbox, applyOnce } from '@/lib/messaging/outbox/outbox';
import { steadyNow } from '@/lib/util/clock';
import { findPlaylist, roleIn } from './access';
import { applyCommand, type Command, type Outcome, TooEarly } from './commands';
import { handleMarkCommand, isMarkCommand } from './marks/handle';
import { inbox, outbox, refusals } from './schema';

/** How long a command waits for the one it builds on, which another process may be at; and how often it looks. */
const TOO_EARLY_TIMEOUT_MS = 1_000;
const TOO_EARLY_LOOK_MS = 50;

type Refusal = { code: EnxameError['code']; message: string };

/**
 * Applies a command exactly once, or refuses it; either way the fact that says so (`changed.playlist`, `changed.marks`) is in the outbox
 * when this resolves.
 * @throws {EnxameError} `invalid_request` for a command on nobody's behalf
 */
export async function handleCommand(database: Database, command: Message): Promise<void> {
  const { actor } = command;
  if (actor === null) throw new EnxameError('invalid_request', 'A command needs an account.');
  if (isMarkCommand(command)) return handleMarkCommand(database, actor, command);
  if (!isCommand(command)) return;
  const deadline = steadyNow() + TOO_EARLY_TIMEOUT_MS;
  for (;;) {
    try {
      return await applyOrRefuse(database, actor, command, { waited: steadyNow() >= deadline });
    } catch (error) {
      if (!(error instanceof TooEarly)) throw error;
      await sleep(TOO_EARLY_LOOK_MS);
    }
  }
}

function isCommand(message: Message): message is Command {
  return message.type.startsWith('playlist.');
}

/** @throws {TooEarly} unless it has waited already */
async function applyOrRefuse(
  database: Database,
  actor: string,
  command: Command,
  { waited }: { waited: boolean },
): Promise<void> {
  try {
    await applyOnce(database, inbox, command, async (tx) => {
      const outcome = await applyCommand(tx, actor, command);
      await addToOutbox(tx, outbox, fact(actor, command, outcome));
    });
  } catch (error) {
    const refusal = error instanceof TooEarly && waited ? error.refusal : error;
    if (!isEnxameError(refusal)) throw error;
    // A transaction of its own: what the refused command had begun is rolled back.
    await applyOnce(database, inbox, command, async (tx) => {
      const outcome = await stateFor(tx, actor, command.data.playlistId);
      const refused = { code: refusal.code, message: refusal.message };
      await tx.insert(refusals).values({ messageId: command.id, actorId: actor, ...refused, at: Date.now() });
      await addToOutbox(tx, outbox, fact(actor, command, outcome, refused));
    });
  }
}

/** What a refused actor is told, alone: the playlist as it stands, where they may see it. */
async function stateFor(tx: Orm, actor: string, id: string): Promise<Outcome> {
  const playlist = await findPlaylist(tx, id);
  const isSeen = playlist !== null && playlist.deletedAt === null && roleIn(playlist, actor) !== null;
  return { revision: isSeen ? playlist.revision : 0, deleted: !isSeen, to: [actor] };
}

function fact(actor: string, command: Command, outcome: Outcome, refused?: Refusal) {
  return newMessage(
    'changed.playlist',
    {
      playlistId: command.data.playlistId,
      to: outcome.to,
      revision: outcome.revision,
      deleted: outcome.deleted,
      messageId: command.id,
      ...(refused === undefined ? {} : { refused }),
    },
    { actor, requestId: command.requestId, at: Date.now() },
  );
}
