/** Playlists and history as they run: embedded in one process, and as two competing processes on RabbitMQ and PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { Bus } from '@/lib/messaging/bus';
import { startHistory } from '@/services/history/service';
import { startPlaylists } from '@/services/playlists/service';
import { eventually } from '@/testing/wait';
import { type System, systems } from '../support/systems';

describe.each(systems)('services in $name', ({ start }) => {
  let system: System;
  let bus: Bus;
  const facts: Message[] = [];
  beforeAll(async () => {
    system = await start([startPlaylists, startHistory]);
    bus = system.bus;
    await bus.subscribe({ queue: null, patterns: ['changed.*'] }, async (message) => {
      facts.push(message);
    });
  });
  afterAll(() => system?.stop());

  /** Publishes a command and waits for the fact that answers it. */
  async function command<T extends Message['type']>(type: T, data: Message<T>['data'], actor = 'ana') {
    const message = newMessage(type, data, { actor, at: Date.now() });
    await bus.publish(message as Message);
    const answer = await eventually(() => answerTo(message.id));
    return { message: message as Message, answer: answer.data };
  }
  function answerTo(id: string): Message<'changed.playlist'> {
    const found = facts.find(
      (fact): fact is Message<'changed.playlist'> => fact.type === 'changed.playlist' && fact.data.messageId === id,
    );
    if (found === undefined) throw new Error('no answer yet');
    return found;
  }
  async function makePlaylist(trackIds: string[] = [], actor = 'ana') {
    const playlistId = newId();
    await command('playlist.create', { playlistId, name: 'Tarde', description: '', trackIds }, actor);
    return playlistId;
  }
  const read = (id: string, accountId = 'ana') => bus.request('playlists.get', { id, accountId });
  const entry = () => ({ entryId: newId(), trackId: newId() });

  describe('playlists', () => {
    it('creates, lists and reads', async () => {
      const [accountId, playlistId] = [newId(), newId()];
      const tracks = [newId(), newId()];
      const { answer } = await command(
        'playlist.create',
        { playlistId, name: '  Manhã ', description: '', trackIds: tracks },
        accountId,
      );
      expect(answer).toMatchObject({ playlistId, to: [accountId], revision: 1, deleted: false });
      expect(answer.refused).toBeUndefined();
      expect(await bus.request('playlists.list', { accountId })).toEqual({
        playlists: [expect.objectContaining({ id: playlistId, name: 'Manhã', revision: 1, trackCount: 2 })],
      });
      const detail = await read(playlistId, accountId);
      expect(detail.entries.map(({ trackId }) => trackId)).toEqual(tracks);
    });

    it('adds to the end, also when the page saw an older revision, and a repeat changes nothing', async () => {
      const playlistId = await makePlaylist();
      const [first, second] = [entry(), entry()];
      await command('playlist.add', { playlistId, revision: 1, entries: [first] });
      const { answer: merged } = await command('playlist.add', { playlistId, revision: 1, entries: [second] });
      expect(merged.revision).toBe(3);
      const { answer: repeated } = await command('playlist.add', { playlistId, revision: 1, entries: [first] });
      expect(repeated).toMatchObject({ revision: 3 });
      expect(repeated.refused).toBeUndefined();
      const detail = await read(playlistId);
      expect(detail.entries.map(({ entryId }) => entryId)).toEqual([first.entryId, second.entryId]);
    });

    it('removes, and what is already gone is fine', async () => {
      const playlistId = await makePlaylist([newId(), newId()]);
      const [gone] = (await read(playlistId)).entries;
      const data = { playlistId, revision: 1, entryIds: [gone?.entryId ?? ''] };
      expect((await command('playlist.remove', data)).answer).toMatchObject({ revision: 2 });
      const { answer } = await command('playlist.remove', data);
      expect(answer.revision).toBe(2);
      expect(answer.refused).toBeUndefined();
      expect((await read(playlistId)).entries).toHaveLength(1);
    });

    it('renames and deletes; what comes after is refused', async () => {
      const playlistId = await makePlaylist([newId()]);
      expect((await command('playlist.rename', { playlistId, name: 'Noite' })).answer.revision).toBe(2);
      expect((await read(playlistId)).name).toBe('Noite');
      expect((await command('playlist.delete', { playlistId })).answer).toMatchObject({ revision: 3, deleted: true });
      expect((await command('playlist.delete', { playlistId })).answer.refused).toBeUndefined();
      const { answer } = await command('playlist.add', { playlistId, revision: 2, entries: [entry()] });
      expect(answer).toMatchObject({ deleted: true, refused: { code: 'not_found' } });
      await expect(read(playlistId)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('refuses strangers, without saying whether there is one', async () => {
      const playlistId = await makePlaylist([newId()]);
      const tried = [
        await command('playlist.rename', { playlistId, name: 'Minha' }, 'rui'),
        await command('playlist.add', { playlistId, revision: 1, entries: [entry()] }, 'rui'),
        await command('playlist.delete', { playlistId }, 'rui'),
      ];
      for (const { answer } of tried) {
        expect(answer).toMatchObject({ to: ['rui'], revision: 0, refused: { code: 'not_found' } });
      }
      const taken = await command(
        'playlist.create',
        { playlistId, name: 'Minha', description: '', trackIds: [] },
        'rui',
      );
      expect(taken.answer.refused).toMatchObject({ code: 'conflict' });
      await expect(read(playlistId, 'rui')).rejects.toMatchObject({ code: 'not_found' });
      expect(await read(playlistId)).toMatchObject({ name: 'Tarde', revision: 1, trackCount: 1 });
    });

    it('refuses a change made on a state that never was', async () => {
      const playlistId = await makePlaylist();
      const { answer } = await command('playlist.add', { playlistId, revision: 7, entries: [entry()] });
      expect(answer).toMatchObject({ revision: 1, deleted: false, refused: { code: 'conflict' } });
    });

    it('applies a burst of commands of one listener in order, whoever takes them', async () => {
      const [accountId, playlistId] = [newId(), newId()];
      const say = <T extends Message['type']>(type: T, data: Message<T>['data']) =>
        newMessage(type, data, { actor: accountId, at: Date.now() }) as Message;
      const burst = [
        say('playlist.create', { playlistId, name: 'Já', description: '', trackIds: [] }),
        ...Array.from({ length: 5 }, (_, i) =>
          say('playlist.add', { playlistId, revision: i + 1, entries: [entry()] }),
        ),
      ];
      for (const message of burst) await bus.publish(message);
      const last = burst.at(-1)?.id ?? '';
      const { answer } = await eventually(() => ({ answer: answerTo(last).data }));
      expect(answer.refused).toBeUndefined();
      await eventually(async () => expect(await read(playlistId, accountId)).toMatchObject({ trackCount: 5 }));
    });

    it('applies a message once, however often it is delivered', async () => {
      const playlistId = await makePlaylist();
      const { message } = await command('playlist.add', { playlistId, revision: 1, entries: [entry()] });
      await command('playlist.remove', {
        playlistId,
        revision: 2,
        entryIds: [message.type === 'playlist.add' ? (message.data.entries[0]?.entryId ?? '') : ''],
      });
      await bus.publish(message);
      // A later command of the same listener tells when the repeat has been seen.
      await command('playlist.rename', { playlistId, name: 'Depois' });
      expect(await read(playlistId)).toMatchObject({ revision: 4, trackCount: 0 });
    });

    it('answers others while one account waits for writes that never come', async () => {
      // The services' clock stands still: who waits for a write waits until the other was answered.
      vi.useFakeTimers({ toFake: ['Date'] });
      const inVain = Array.from({ length: 200 }, () =>
        bus.request('playlists.get', { id: newId(), accountId: 'mallory', after: crypto.randomUUID() }),
      );
      const settled = Promise.allSettled(inVain);
      try {
        const asked = bus.request('playlists.list', { accountId: 'nobody' }, { timeoutMs: 30_000 });
        await expect(asked).resolves.toEqual({ playlists: [] });
      } finally {
        vi.useRealTimers();
      }
      await settled;
    });

    it('answers a read after one’s own write with that write', async () => {
      const [accountId, playlistId] = [newId(), newId()];
      const create = newMessage(
        'playlist.create',
        { playlistId, name: 'Agora', description: '', trackIds: [] },
        { actor: accountId, at: Date.now() },
      );
      const asked = bus.request('playlists.get', { id: playlistId, accountId, after: create.id });
      await bus.publish(create);
      expect(await asked).toMatchObject({ id: playlistId, name: 'Agora' });
    });

    it('is well', async () => {
      expect(await bus.request('playlists.health', {})).toEqual({ status: 'ok' });
      expect(await bus.request('history.health', {})).toEqual({ status: 'ok' });
    });
  });

  describe('history', () => {
    const bytes = { cache: 0, peer: 10, origin: 5 };
    const recent = (accountId: string) => bus.request('history.recent', { accountId });

    it('notes plays, the latest first, and says so', async () => {
      const accountId = newId();
      const from = (at: number) => ({ actor: accountId, at });
      const [one, two] = [
        { trackId: newId(), playId: newId() },
        { trackId: newId(), playId: newId() },
      ];
      await bus.publish(newMessage('playback.started', { ...one, positionS: 0 }, from(1_000)));
      await bus.publish(newMessage('playback.skipped', { ...one, positionS: 3, bytes }, from(4_000)));
      await bus.publish(newMessage('playback.started', { ...two, positionS: 0 }, from(5_000)));
      await eventually(async () => {
        expect(await recent(accountId)).toMatchObject({
          plays: [
            { ...two, startedAt: 5_000, state: 'started', positionS: 0 },
            { ...one, startedAt: 1_000, state: 'skipped', positionS: 3 },
          ],
          total: 2,
        });
      });
      expect((await bus.request('history.recent', { accountId, offset: 1, limit: 1 })).plays).toHaveLength(1);
      await eventually(() => {
        const said = facts.filter((fact) => fact.type === 'changed.history' && fact.data.accountId === accountId);
        expect(said).toHaveLength(3);
      });
    });

    it('takes the end before the start', async () => {
      const accountId = newId();
      const play = { trackId: newId(), playId: newId() };
      await bus.publish(
        newMessage('playback.finished', { ...play, positionS: 60, bytes }, { actor: accountId, at: 100_000 }),
      );
      await eventually(async () =>
        expect((await recent(accountId)).plays).toMatchObject([
          { ...play, startedAt: 40_000, state: 'finished', positionS: 60 },
        ]),
      );
      await bus.publish(newMessage('playback.started', { ...play, positionS: 0 }, { actor: accountId, at: 39_000 }));
      await eventually(async () =>
        expect((await recent(accountId)).plays).toMatchObject([
          { ...play, startedAt: 39_000, state: 'finished', positionS: 60 },
        ]),
      );
    });

    it('keeps accounts apart, also when one borrows the other’s play', async () => {
      const [mine, theirs] = [newId(), newId()];
      const play = { trackId: newId(), playId: newId() };
      for (const actor of [mine, theirs]) {
        await bus.publish(newMessage('playback.started', { ...play, positionS: 0 }, { actor, at: 1_000 }));
      }
      await eventually(async () => {
        expect((await recent(mine)).total).toBe(1);
        expect((await recent(theirs)).total).toBe(1);
      });
    });
  });
});
