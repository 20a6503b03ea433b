/** Favourites and ratings as they run: embedded in one process, and as two competing processes on RabbitMQ and PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { type MarkCommandType, type Message, type MessageData, newMessage } from '@/lib/contracts/messages';
import { startPlaylists } from '@/services/playlists/service';
import { eventually } from '@/testing/wait';
import { type System, systems } from '../support/systems';

describe.each(systems)('favourites and ratings in $name', ({ start }) => {
  let system: System;
  const facts: Message<'changed.marks'>[] = [];
  beforeAll(async () => {
    system = await start([startPlaylists]);
    await system.bus.subscribe({ queue: null, patterns: ['changed.*'] }, async (message) => {
      if (message.type === 'changed.marks') facts.push(message);
    });
  });
  afterAll(() => system?.stop());

  async function publish<T extends MarkCommandType>(type: T, data: MessageData<T>, actor: string, at = Date.now()) {
    const message = newMessage(type, data, { actor, at }) as Message;
    await system.bus.publish(message);
    return message.id;
  }
  const answerTo = (id: string) =>
    eventually(() => {
      const found = facts.find((fact) => fact.data.messageId === id);
      if (found === undefined) throw new Error('no answer yet');
      return found.data;
    });
  const tell = async <T extends MarkCommandType>(type: T, data: MessageData<T>, actor: string, at?: number) =>
    answerTo(await publish(type, data, actor, at));
  const marksOf = (accountId: string, ids: string[]) =>
    system.bus.request('playlists.marks', { accountId, items: ids.map((id) => ({ kind: 'track', id })) });

  it('marks, lists the newest first in pages, and takes back; each account has its own', async () => {
    const [ana, rui] = [newId(), newId()];
    const ids = Array.from({ length: 5 }, newId);
    const loved = { kind: 'track', loved: true, items: ids.slice(0, 4).map((id) => ({ id })) } as const;
    const first = await tell('favourite.set', loved, ana, 1_000_000);
    expect(first).toMatchObject({ accountId: ana, revision: 1 });
    expect(first.marks.map((mark) => mark.id)).toEqual(ids.slice(0, 4));
    await tell('favourite.set', { kind: 'track', loved: true, items: [{ id: ids[4] ?? '' }] }, ana, 2_000_000);
    await tell('rating.set', { kind: 'track', ids: [ids[0] ?? ''], rating: 5 }, ana);
    const list = (offset: number, limit: number) =>
      system.bus.request('playlists.favourites', { accountId: ana, kind: 'track', offset, limit });
    const page = await list(0, 2);
    expect(page).toMatchObject({
      total: 5,
      favourites: [
        { id: ids[4], rating: null },
        { id: ids[0], rating: 5 },
      ],
    });
    expect((await list(2, 10)).favourites.map((mark) => mark.id)).toEqual(ids.slice(1, 4));
    const gone = await tell('favourite.set', { ...loved, loved: false }, ana);
    expect(gone).toMatchObject({ revision: 4, marks: [{ id: ids[0], lovedAt: null, rating: 5 }, {}, {}, {}] });
    const left = await marksOf(ana, ids);
    expect(left.revision).toBe(4);
    expect(new Set(left.marks.map((mark) => mark.id))).toEqual(new Set([ids[0], ids[4]]));
    expect(await marksOf(rui, ids)).toEqual({ revision: 0, marks: [] });
  });

  it('a repeat changes nothing, and what became of a command can be asked', async () => {
    const [ana, id] = [newId(), newId()];
    const set: MessageData<'favourite.set'> = { kind: 'album', loved: true, items: [{ id }] };
    const first = await publish('favourite.set', set, ana);
    const { marks } = await answerTo(first);
    expect(await tell('favourite.set', set, ana)).toMatchObject({ revision: 1, marks });
    expect(await system.bus.request('playlists.outcome', { accountId: ana, messageId: first })).toEqual({
      state: 'confirmed',
    });
  });

  it('counts every change of a burst once, whoever takes them', async () => {
    const ana = newId();
    const ids = Array.from({ length: 20 }, newId);
    const sent = await Promise.all(
      ids.map((id) => publish('rating.set', { kind: 'track', ids: [id], rating: 3 }, ana)),
    );
    const answers = await Promise.all(sent.map(answerTo));
    expect(answers.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(ids.map((_, n) => n + 1));
    expect((await marksOf(ana, ids)).marks).toHaveLength(20);
    // Facts of one account leave in the order of its changes.
    const told = facts.filter((fact) => fact.data.accountId === ana).map((fact) => fact.data.revision);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });
});
