/** Listeners who give commands about playlists and wait for what becomes of them. */
import { expect } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { type CommandType, type Message, type MessageData, newMessage } from '@/lib/contracts/messages';
import type { Bus } from '@/lib/messaging/bus';
import { eventually } from '@/testing/wait';

type Fact = Message<'changed.playlist'>;
export type Command = Message<CommandType>;

export const entry = () => ({ entryId: newId(), trackId: newId() });

export async function listenersOn(bus: Bus) {
  const facts: Fact[] = [];
  await bus.subscribe({ queue: null, patterns: ['changed.playlist'] }, async (message) => {
    if (message.type === 'changed.playlist') facts.push(message);
  });

  const factsAbout = (messageId: string) => facts.filter((fact) => fact.data.messageId === messageId);

  /** What became of a command. */
  async function answerTo(messageId: string): Promise<Fact['data']> {
    return eventually(() => {
      const [fact] = factsAbout(messageId);
      if (fact === undefined) throw new Error('no answer yet');
      return fact.data;
    });
  }

  const say = <T extends CommandType>(actor: string, type: T, data: MessageData<T>): Command =>
    newMessage(type, data, { actor, at: Date.now() }) as Command;

  /** Gives a command and waits for its fact. */
  async function tell<T extends CommandType>(actor: string, type: T, data: MessageData<T>) {
    const message = say(actor, type, data);
    await bus.publish(message);
    return { id: message.id, message, ...(await answerTo(message.id)) };
  }

  /** As {@link tell}; must be applied. */
  async function does<T extends CommandType>(actor: string, type: T, data: MessageData<T>) {
    const answer = await tell(actor, type, data);
    expect(answer.refused, `${type} by ${actor}`).toBeUndefined();
    return answer;
  }

  /** A new playlist of `owner` with as many entries. @returns its id, and its entries' in order */
  async function make(owner: string, count = 0) {
    const playlistId = newId();
    const trackIds = Array.from({ length: count }, newId);
    await does(owner, 'playlist.create', { playlistId, name: 'Tarde', description: '', trackIds });
    const { entries } = await read(playlistId, owner);
    return { playlistId, ids: entries.map((held) => held.entryId) };
  }

  const share = (
    owner: string,
    playlistId: string,
    visibility: 'private' | 'shared' | 'public',
    members: string[] = [],
  ) => does(owner, 'playlist.share', { playlistId, visibility, members });

  const read = (id: string, accountId: string) => bus.request('playlists.get', { id, accountId });
  const order = async (id: string, accountId: string) =>
    (await read(id, accountId)).entries.map((held) => held.entryId);
  const changes = async (id: string, accountId: string) =>
    (await bus.request('playlists.changes', { id, accountId })).changes;
  const undo = (actor: string, playlistId: string, messageId: string) =>
    tell(actor, 'playlist.undo', { playlistId, messageId });

  return { facts, factsAbout, answerTo, say, tell, does, make, share, read, order, changes, undo };
}
