/** Who may do what to a playlist, how it is taken back, and who is told: embedded, and with competing processes. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import type { CommandType, MessageData } from '@/lib/contracts/messages';
import { smartRules } from '@/lib/contracts/smart';
import { eraseOld, UNDO_KEEP_MS } from '@/services/playlists/changes';
import { changes, entries, members, playlists, refusals } from '@/services/playlists/schema';
import { startPlaylists } from '@/services/playlists/service';
import { entry, listenersOn } from '../support/playlists';
import { type System, systems } from '../support/systems';

const [OWNER, MEMBER, STRANGER] = ['ana', 'rui', 'eva'];

describe.each(systems)('playlists in $name', ({ start }) => {
  let system: System;
  let on: Awaited<ReturnType<typeof listenersOn>>;
  beforeAll(async () => {
    system = await start([startPlaylists]);
    on = await listenersOn(system.bus);
  });
  afterAll(() => system?.stop());

  /** One of each command, on a playlist with entries. */
  const commands = (playlistId: string, ids: string[]): { [T in CommandType]?: MessageData<T> } => ({
    'playlist.rename': { playlistId, name: 'Noite' },
    'playlist.describe': { playlistId, description: 'à noite' },
    'playlist.add': { playlistId, revision: 1, entries: [entry()] },
    'playlist.remove': { playlistId, revision: 1, entryIds: ids.slice(0, 1) },
    'playlist.reorder': { playlistId, revision: 1, entryIds: ids.slice(-1), before: ids[0] ?? null },
    'playlist.share': { playlistId, visibility: 'shared', members: [MEMBER, STRANGER, 'new'] },
    'playlist.delete': { playlistId },
  });
  const ofContent = ['rename', 'describe', 'add', 'remove', 'reorder'].map((verb) => `playlist.${verb}`);

  it('a smart playlist takes rules from its owner alone, takes no tracks, and its rules can be taken back', async () => {
    const playlistId = newId();
    const before = smartRules.parse({ match: 'all', rules: [{ field: 'loved', op: 'is', value: true }] });
    const after = smartRules.parse({ match: 'any', rules: [], limit: 5 });
    const made = { playlistId, name: 'Amadas', description: '', trackIds: [], rules: before };
    await on.does(OWNER, 'playlist.create', made);
    await on.share(OWNER, playlistId, 'shared', [MEMBER]);
    expect(await on.read(playlistId, MEMBER)).toMatchObject({
      role: 'editor',
      smart: true,
      rules: before,
      entries: [],
    });
    const refusedTo = async <T extends CommandType>(actor: string, type: T, data: MessageData<T>) =>
      (await on.tell(actor, type, data)).refused?.code;
    expect(await refusedTo(MEMBER, 'playlist.define', { playlistId, rules: after })).toBe('forbidden');
    expect(await refusedTo(STRANGER, 'playlist.define', { playlistId, rules: after })).toBe('not_found');
    expect(await refusedTo(OWNER, 'playlist.add', { playlistId, revision: 1, entries: [entry()] })).toBe('conflict');
    const withTracks = { ...made, playlistId: newId(), trackIds: [newId()] };
    expect(await refusedTo(OWNER, 'playlist.create', withTracks)).toBe('conflict');
    const plain = await on.make(OWNER, 1);
    expect(await refusedTo(OWNER, 'playlist.define', { playlistId: plain.playlistId, rules: after })).toBe('conflict');
    const change = await on.does(OWNER, 'playlist.define', { playlistId, rules: after });
    expect((await on.read(playlistId, OWNER)).rules).toEqual(after);
    const { refused } = await on.undo(OWNER, playlistId, change.id);
    expect([refused, (await on.read(playlistId, OWNER)).rules]).toEqual([undefined, before]);
  });

  describe('who may', () => {
    const table = [
      { visibility: 'private', who: OWNER, sees: 'owner', content: 'applied', own: 'applied' },
      { visibility: 'private', who: MEMBER, sees: null, content: 'not_found', own: 'not_found' },
      { visibility: 'private', who: STRANGER, sees: null, content: 'not_found', own: 'not_found' },
      { visibility: 'shared', who: OWNER, sees: 'owner', content: 'applied', own: 'applied' },
      { visibility: 'shared', who: MEMBER, sees: 'editor', content: 'applied', own: 'forbidden' },
      { visibility: 'shared', who: STRANGER, sees: null, content: 'not_found', own: 'not_found' },
      { visibility: 'public', who: OWNER, sees: 'owner', content: 'applied', own: 'applied' },
      { visibility: 'public', who: MEMBER, sees: 'reader', content: 'forbidden', own: 'forbidden' },
      { visibility: 'public', who: STRANGER, sees: 'reader', content: 'forbidden', own: 'forbidden' },
    ] as const;

    it.each(table)('$visibility, $who: content $content, sharing and deleting $own', async (row) => {
      const { playlistId, ids } = await on.make(OWNER, 3);
      await on.share(OWNER, playlistId, row.visibility, [MEMBER]);
      const seen = await on.read(playlistId, row.who).catch((error) => error.code);
      expect(seen).toEqual(
        row.sees === null
          ? 'not_found'
          : expect.objectContaining({ role: row.sees, members: row.sees === 'reader' ? [] : [MEMBER] }),
      );
      const asked = await on.changes(playlistId, row.who).then(
        () => 'applied',
        (error) => error.code,
      );
      expect(asked).toBe(row.content);
      const before = await on.read(playlistId, OWNER);
      for (const [type, data] of Object.entries(commands(playlistId, ids))) {
        const answer = await on.tell(row.who, type as CommandType, data);
        const wanted = ofContent.includes(type) ? row.content : row.own;
        expect([type, answer.refused?.code ?? 'applied']).toEqual([type, wanted]);
        if (answer.refused === undefined) continue;
        // Told to the refused alone; who may not see it learns nothing, not even the revision.
        expect(answer).toMatchObject({ to: [row.who], deleted: row.sees === null });
        expect(answer.revision === 0).toBe(row.sees === null);
        expect(answer.refused.message).toMatch(/^[A-Z].*\.$/);
      }
      if (row.content !== 'applied') expect(await on.read(playlistId, OWNER)).toEqual(before);
    });

    it('may ask what became of a command of theirs, and of nobody else’s', async () => {
      const { playlistId } = await on.make(OWNER);
      const outcome = (accountId: string, messageId: string) =>
        system.bus.request('playlists.outcome', { accountId, messageId });
      const applied = await on.does(OWNER, 'playlist.rename', { playlistId, name: 'x' });
      expect(await outcome(OWNER, applied.id)).toEqual({ state: 'confirmed' });
      const refused = await on.tell(MEMBER, 'playlist.rename', { playlistId, name: 'y' });
      expect(await outcome(MEMBER, refused.id)).toEqual({ state: 'rejected', refused: refused.refused });
      expect(await outcome(OWNER, refused.id)).toEqual({ state: 'accepted' });
      expect(await outcome(OWNER, crypto.randomUUID())).toEqual({ state: 'accepted' });
    });

    it('says the same of a hidden playlist and of none at all', async () => {
      const { playlistId } = await on.make(OWNER);
      const hidden = await on.tell(STRANGER, 'playlist.rename', { playlistId, name: 'x' });
      const none = await on.tell(STRANGER, 'playlist.rename', { playlistId: newId(), name: 'x' });
      expect(hidden.refused).toEqual(none.refused);
      expect(hidden).toMatchObject({ revision: none.revision, deleted: none.deleted, to: none.to });
    });

    it('a change is undone by who made it and by the owner, not by another member', async () => {
      const { playlistId } = await on.make(OWNER);
      await on.share(OWNER, playlistId, 'shared', [MEMBER, STRANGER]);
      const renamed = await on.does(MEMBER, 'playlist.rename', { playlistId, name: 'Do Rui' });
      expect((await on.undo(STRANGER, playlistId, renamed.id)).refused).toMatchObject({ code: 'forbidden' });
      expect((await on.undo(OWNER, playlistId, renamed.id)).refused).toBeUndefined();
      expect(await on.read(playlistId, MEMBER)).toMatchObject({ name: 'Tarde' });
      const again = await on.does(MEMBER, 'playlist.rename', { playlistId, name: 'Do Rui' });
      await on.share(OWNER, playlistId, 'private', [MEMBER]);
      expect((await on.undo(MEMBER, playlistId, again.id)).refused).toMatchObject({ code: 'not_found' });
    });
  });

  describe('who is told', () => {
    it('the owner and the members, those removed, and everybody of what is or was public', async () => {
      const { playlistId } = await on.make(OWNER);
      const share = async (visibility: 'private' | 'shared' | 'public', people: string[]) =>
        (await on.share(OWNER, playlistId, visibility, people)).to?.toSorted() ?? null;
      expect(await share('shared', [MEMBER, OWNER, MEMBER])).toEqual([OWNER, MEMBER]);
      expect((await on.does(MEMBER, 'playlist.rename', { playlistId, name: 'A dois' })).to?.toSorted()).toEqual([
        OWNER,
        MEMBER,
      ]);
      expect(await share('shared', [STRANGER])).toEqual([OWNER, STRANGER, MEMBER].sort());
      expect(await share('private', [STRANGER])).toEqual([OWNER, STRANGER].sort());
      expect((await on.does(OWNER, 'playlist.rename', { playlistId, name: 'Só' })).to).toEqual([OWNER]);
      expect(await share('public', [])).toBeNull();
      expect((await on.does(OWNER, 'playlist.rename', { playlistId, name: 'Todos' })).to).toBeNull();
      expect(await share('private', [])).toBeNull();
      expect((await on.does(OWNER, 'playlist.delete', { playlistId })).to).toEqual([OWNER]);
    });
  });

  describe('lists', () => {
    it('hold one’s own and those shared with one, and everybody’s public ones apart', async () => {
      const [mine, friend] = [newId(), newId()];
      const [own, shared, published] = [await on.make(mine, 1), await on.make(friend, 2), await on.make(friend)];
      const once = await on.make(friend);
      await on.share(friend, shared.playlistId, 'shared', [mine]);
      await on.share(friend, once.playlistId, 'private', [mine]);
      await on.share(friend, published.playlistId, 'public', [mine]);
      const listed = (await system.bus.request('playlists.list', { accountId: mine })).playlists;
      expect(listed.map(({ id, role, trackCount, ownerId }) => ({ id, role, trackCount, ownerId }))).toEqual([
        { id: shared.playlistId, role: 'editor', trackCount: 2, ownerId: friend },
        { id: own.playlistId, role: 'owner', trackCount: 1, ownerId: mine },
      ]);
      const everybodys = await system.bus.request('playlists.public', { accountId: mine, limit: 200 });
      expect(everybodys.playlists[0]).toMatchObject({ id: published.playlistId, role: 'reader' });
      expect(everybodys.total).toBe(everybodys.playlists.length);
      const page = await system.bus.request('playlists.public', { accountId: friend, offset: 0, limit: 1 });
      expect(page.playlists).toEqual([expect.objectContaining({ id: published.playlistId, role: 'owner' })]);
    });
  });

  describe('merging', () => {
    it('a move made on an older state moves what is left, before what is left', async () => {
      const { playlistId, ids } = await on.make(OWNER, 6);
      const [a, b, c, d, e, f] = ids as [string, string, string, string, string, string];
      await on.does(OWNER, 'playlist.remove', { playlistId, revision: 1, entryIds: [b] });
      await on.does(OWNER, 'playlist.reorder', { playlistId, revision: 1, entryIds: [e, b, d], before: c });
      expect(await on.order(playlistId, OWNER)).toEqual([a, e, d, c, f]);
      await on.does(OWNER, 'playlist.reorder', { playlistId, revision: 1, entryIds: [a], before: b });
      expect(await on.order(playlistId, OWNER)).toEqual([e, d, c, f, a]);
      const nothing = await on.does(OWNER, 'playlist.reorder', { playlistId, revision: 1, entryIds: [b], before: a });
      expect(nothing.revision).toBe(4);
    });

    it('holds 5,000 entries, moves and removes hundreds of them at once, and takes no more', async () => {
      const { playlistId, ids } = await on.make(OWNER, 5_000);
      await on.does(OWNER, 'playlist.reorder', {
        playlistId,
        revision: 1,
        entryIds: ids.slice(-500),
        before: ids[0] ?? '',
      });
      await on.does(OWNER, 'playlist.remove', { playlistId, revision: 2, entryIds: ids.slice(0, 500) });
      const order = await on.order(playlistId, OWNER);
      expect(order).toEqual([...ids.slice(-500), ...ids.slice(500, -500)]);
      const many = (count: number) => ({ playlistId, revision: 3, entries: Array.from({ length: count }, entry) });
      await on.does(OWNER, 'playlist.add', many(500));
      expect((await on.tell(OWNER, 'playlist.add', many(1))).refused).toMatchObject({ code: 'too_large' });
    });
  });

  describe('undo', () => {
    /** What a playlist looks like, without what moves with every change. */
    const look = async (id: string) => {
      const { revision, updatedAt, ...rest } = await on.read(id, OWNER);
      return rest;
    };

    it.each([
      'playlist.rename',
      'playlist.describe',
      'playlist.add',
      'playlist.remove',
      'playlist.reorder',
      'playlist.share',
    ])('of %s, of that undo, and of that again', async (type) => {
      const { playlistId, ids } = await on.make(OWNER, 4);
      await on.share(OWNER, playlistId, 'shared', [MEMBER]);
      const before = await look(playlistId);
      const done = await on.does(OWNER, type as CommandType, commands(playlistId, ids)[type as CommandType] as never);
      const after = await look(playlistId);
      expect(after).not.toEqual(before);
      let last = done.id;
      for (const expected of [before, after, before, after]) {
        const undone = await on.undo(OWNER, playlistId, last);
        expect(undone.refused).toBeUndefined();
        expect(await look(playlistId)).toEqual(expected);
        last = undone.id;
      }
      const listed = await on.changes(playlistId, OWNER);
      expect(listed[0]).toMatchObject({ messageId: last, type: 'playlist.undo', actorId: OWNER, undone: false });
      // Four undos in a row: what was done first is there again.
      expect(listed.map(({ undone }) => undone)).toEqual([false, true, false, true, false, false, false]);
    });

    it('of a deletion brings everything back, to its owner alone', async () => {
      const { playlistId, ids } = await on.make(OWNER, 3);
      await on.share(OWNER, playlistId, 'shared', [MEMBER]);
      const before = await look(playlistId);
      const deleted = await on.does(OWNER, 'playlist.delete', { playlistId });
      expect(deleted).toMatchObject({ deleted: true, to: [OWNER, MEMBER] });
      expect((await on.changes(playlistId, OWNER))[0]).toMatchObject({ messageId: deleted.id, undone: false });
      await expect(on.changes(playlistId, MEMBER)).rejects.toMatchObject({ code: 'not_found' });
      expect((await on.undo(MEMBER, playlistId, deleted.id)).refused).toMatchObject({ code: 'forbidden' });
      const gone = await on.tell(OWNER, 'playlist.remove', { playlistId, revision: 1, entryIds: ids });
      expect(gone.refused).toMatchObject({ code: 'not_found' });
      expect(await on.undo(OWNER, playlistId, deleted.id)).toMatchObject({ deleted: false, to: [OWNER, MEMBER] });
      expect(await look(playlistId)).toEqual(before);
    });

    it('of what a playlist began with deletes it', async () => {
      const { playlistId } = await on.make(OWNER, 1);
      const [created] = await on.changes(playlistId, OWNER);
      expect(await on.undo(OWNER, playlistId, created?.messageId ?? '')).toMatchObject({ deleted: true });
    });

    it.each([
      ['playlist.rename', { name: 'Outra' }, 'the name'],
      ['playlist.describe', { description: 'outra' }, 'the description'],
      ['playlist.share', { visibility: 'public', members: [] }, 'the sharing'],
    ] as const)('of %s is refused when it was changed since', async (type, other, what) => {
      const { playlistId, ids } = await on.make(OWNER, 1);
      const done = await on.does(OWNER, type, commands(playlistId, ids)[type] as never);
      await on.does(OWNER, type, { playlistId, ...other } as never);
      const undone = await on.undo(OWNER, playlistId, done.id);
      expect(undone.refused).toMatchObject({ code: 'conflict' });
      expect(undone.refused?.message.toLowerCase()).toContain(what);
      expect(await on.read(playlistId, OWNER)).toMatchObject(other);
    });

    it('of a removal finds the old place among what others did since', async () => {
      const { playlistId, ids } = await on.make(OWNER, 4);
      const [a, b, c, d] = ids as [string, string, string, string];
      await on.share(OWNER, playlistId, 'shared', [MEMBER]);
      const removed = await on.does(OWNER, 'playlist.remove', { playlistId, revision: 1, entryIds: [b, c] });
      const late = entry();
      await on.does(MEMBER, 'playlist.add', { playlistId, revision: 2, entries: [late] });
      await on.does(MEMBER, 'playlist.remove', { playlistId, revision: 2, entryIds: [a] });
      await on.does(OWNER, 'playlist.undo', { playlistId, messageId: removed.id });
      expect(await on.order(playlistId, OWNER)).toEqual([b, c, d, late.entryId]);
    });

    it('of what is undone already changes nothing; of what never was, or is too old, is refused', async () => {
      const { playlistId } = await on.make(OWNER);
      const first = await on.does(OWNER, 'playlist.rename', { playlistId, name: '0' });
      const { revision } = await on.undo(OWNER, playlistId, first.id);
      expect(await on.undo(OWNER, playlistId, first.id)).toMatchObject({ revision });
      const never = await on.undo(OWNER, playlistId, crypto.randomUUID());
      expect(never.refused).toMatchObject({ code: 'not_found' });
      for (let i = 1; i <= 50; i++) await on.does(OWNER, 'playlist.rename', { playlistId, name: `${i}` });
      expect(await on.changes(playlistId, OWNER)).toHaveLength(50);
      expect((await on.undo(OWNER, playlistId, first.id)).refused).toMatchObject({ code: 'not_found' });
    });

    it('ends after thirty days, when what was deleted is erased', async () => {
      const [kept, gone] = [await on.make(OWNER, 2), await on.make(OWNER, 2)];
      const { orm } = system.database;
      await on.share(OWNER, gone.playlistId, 'shared', [MEMBER]);
      await on.does(OWNER, 'playlist.delete', { playlistId: gone.playlistId });
      const refused = await on.tell(MEMBER, 'playlist.rename', { playlistId: kept.playlistId, name: 'x' });
      const refusal = () => orm.$count(refusals, eq(refusals.messageId, refused.id));
      const held = async (id: string) => [
        await orm.$count(playlists, eq(playlists.id, id)),
        await orm.$count(entries, eq(entries.playlistId, id)),
        await orm.$count(members, eq(members.playlistId, id)),
        await orm.$count(changes, eq(changes.playlistId, id)),
      ];
      await eraseOld(orm, Date.now() + UNDO_KEEP_MS - 60_000);
      expect(await held(gone.playlistId)).toEqual([1, 2, 1, 3]);
      expect(await refusal()).toBe(1);
      await eraseOld(orm, Date.now() + UNDO_KEEP_MS + 1_000);
      expect(await held(gone.playlistId)).toEqual([0, 0, 0, 0]);
      expect(await refusal()).toBe(0);
      expect(await held(kept.playlistId)).toEqual([1, 2, 0, 0]);
    });
  });
});
