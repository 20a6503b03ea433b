/** A load of commands and events whose fate is known one by one: acknowledged or not, and by which fact it was answered. */
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';

const SOAK = process.env.SOAK === '1';
/** Messages that a fault suite has acknowledged. A few hundred meet every fault; `npm run test:soak` sends thousands. */
export const FAULT_MESSAGES = Number(process.env.FAULT_MESSAGES ?? (SOAK ? 5000 : 300));
const firstSeed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
/** Each makes a run of its own: another load, and other workers killed at other moments. */
export const FAULT_SEEDS = SOAK ? [firstSeed, firstSeed + 1, firstSeed + 2] : [firstSeed];

/** An account with the playlist that it adds to. */
export interface Actor {
  accountId: string;
  playlistId: string;
}

/** One thing to be done: an entry to be added, or a play that ended. */
export type Task =
  | { kind: 'add'; actor: Actor; entryId: string; trackId: string }
  | { kind: 'play'; actor: Actor; playId: string; trackId: string };

export function randomTask(actors: readonly Actor[], random: () => number): Task {
  const actor = actors[Math.floor(random() * actors.length)];
  if (actor === undefined) throw new Error('nobody there');
  const trackId = newId();
  return random() < 0.4
    ? { kind: 'add', actor, entryId: newId(), trackId }
    : { kind: 'play', actor, playId: newId(), trackId };
}

export function messageOf(task: Task): Message {
  const from = { actor: task.actor.accountId, at: Date.now() };
  if (task.kind === 'add') {
    const { entryId, trackId, actor } = task;
    return newMessage(
      'playlist.add',
      { playlistId: actor.playlistId, revision: 1, entries: [{ entryId, trackId }] },
      from,
    );
  }
  const { playId, trackId } = task;
  const bytes = { cache: 0, peer: 0, origin: 0 };
  return newMessage(
    'playback.finished',
    { trackId, playId, positionS: 200, listenedS: 200, durationS: 200, bytes },
    from,
  );
}
