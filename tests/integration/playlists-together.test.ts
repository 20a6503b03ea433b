/** Two listeners change one playlist at the same time, at random: nothing is lost, nothing done twice, each command answered once. */
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '@/lib/contracts/messages';
import { inbox } from '@/services/playlists/schema';
import { startPlaylists } from '@/services/playlists/service';
import { eventually } from '@/testing/wait';
import { type Command, entry, listenersOn } from '../support/playlists';
import { type System, systems } from '../support/systems';

const [OWNER, MEMBER] = ['ana', 'rui'];
const ROUNDS = 6;
const COMMANDS = 40;
/** Another number, other interleavings; this one is for repeating a failure. */
const SEED = Number(process.env.SEED ?? 20_261);

type Step = { who: string; what: 'add' | 'remove' | 'reorder' | 'undo'; pick: number; size: number; again: boolean };
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(OWNER, MEMBER),
  what: fc.constantFrom('add', 'add', 'remove', 'reorder', 'undo', 'undo'),
  pick: fc.nat(1_000),
  size: fc.integer({ min: 1, max: 4 }),
  /** Whether the broker delivers it twice. */
  again: fc.boolean(),
});

/**
 * What a playlist holds, as a reader of the rules would keep it with sets and lists: which entries are there, and in which
 * order those that nobody moved. Commands are applied in the order that the facts' revisions tell.
 */
class Model {
  held: string[];
  /** Entries that a command moved or brought back: where they are is the order's own tests' (order.test.ts). */
  readonly moved = new Set<string>();
  /** What each command did, as entries that came and went. */
  private readonly did = new Map<string, { came: string[]; went: string[] }>();
  private readonly undone = new Set<string>();
  private readonly undoOf = new Map<string, string>();

  constructor(ids: string[]) {
    this.held = [...ids];
  }

  apply(command: Command): void {
    if (command.type === 'playlist.add')
      this.change(
        command.id,
        command.data.entries.map((one) => one.entryId),
        [],
      );
    if (command.type === 'playlist.remove') this.change(command.id, [], command.data.entryIds);
    if (command.type === 'playlist.reorder') for (const id of command.data.entryIds) this.moved.add(id);
    if (command.type === 'playlist.undo') this.undo(command);
  }

  private undo({ id, data }: Message<'playlist.undo'>): void {
    const did = this.did.get(data.messageId);
    if (did === undefined || this.undone.has(data.messageId)) return;
    // Undoing an undo does again what that took back, which can then be undone once more, and so on.
    for (let [next, gone] = [data.messageId as string | undefined, true]; next !== undefined; gone = !gone) {
      this.undone[gone ? 'add' : 'delete'](next);
      next = this.undoOf.get(next);
    }
    this.undoOf.set(id, data.messageId);
    for (const entryId of did.went) this.moved.add(entryId);
    this.change(id, did.went, did.came);
  }

  private change(id: string, came: string[], went: string[]): void {
    const before = new Set(this.held);
    this.held = [...this.held.filter((one) => !went.includes(one)), ...came.filter((one) => !before.has(one))];
    const now = new Set(this.held);
    this.did.set(id, {
      came: came.filter((one) => !before.has(one)),
      went: went.filter((one) => before.has(one) && !now.has(one)),
    });
  }
}

describe.each(systems)('two listeners in $name', ({ start }) => {
  let system: System;
  let on: Awaited<ReturnType<typeof listenersOn>>;
  beforeAll(async () => {
    system = await start([startPlaylists]);
    on = await listenersOn(system.bus);
  });
  afterAll(() => system?.stop());

  /** What a step asks, given what its listener saw of the playlist a while ago and what they did so far. */
  function commandOf(
    { who, what, pick, size }: Step,
    playlistId: string,
    seen: { revision: number; ids: string[] },
    own: string[],
  ) {
    const { revision, ids } = seen;
    const some = Array.from(
      { length: size },
      (_, i) => ids[(pick + i * 7) % Math.max(1, ids.length)] ?? entry().entryId,
    );
    const entryIds = [...new Set(some)];
    const undone = own[pick % Math.max(1, own.length)];
    if (what === 'undo' && undone !== undefined) return on.say(who, 'playlist.undo', { playlistId, messageId: undone });
    if (what === 'remove') return on.say(who, 'playlist.remove', { playlistId, revision, entryIds });
    if (what === 'reorder') {
      const before = pick % 5 === 0 ? null : (ids[pick % Math.max(1, ids.length)] ?? null);
      return on.say(who, 'playlist.reorder', { playlistId, revision, entryIds, before });
    }
    return on.say(who, 'playlist.add', { playlistId, revision, entries: Array.from({ length: size }, entry) });
  }

  it.each(
    fc
      .sample(fc.array(step, { minLength: COMMANDS, maxLength: COMMANDS }), { seed: SEED, numRuns: ROUNDS })
      .map((steps, i) => ({ i, steps })),
  )(`lose nothing (round $i of seed ${SEED})`, async ({ steps }) => {
    const { playlistId, ids } = await on.make(OWNER, 5);
    await on.share(OWNER, playlistId, 'shared', [MEMBER]);
    const given: Command[] = [];

    /** One listener: looks, then gives a few commands without waiting for their answers. */
    async function edit(who: string) {
      const own: string[] = [];
      let seen = { revision: 1, ids };
      for (const [i, one] of steps.filter((candidate) => candidate.who === who).entries()) {
        if (i % 4 === 0) {
          const { revision, entries } = await on.read(playlistId, who);
          seen = { revision, ids: entries.map((held) => held.entryId) };
        }
        const command = commandOf(one, playlistId, seen, own);
        given.push(command);
        own.push(command.id);
        await system.bus.publish(command);
        if (one.again) await system.bus.publish(command);
      }
    }
    await Promise.all([edit(OWNER), edit(MEMBER)]);
    const answers = await Promise.all(given.map(async (command) => ({ command, fact: await on.answerTo(command.id) })));

    // One after the other as they were applied: by revision, then (those after the first changed nothing) as they were told.
    const told = (command: Command) => on.facts.findIndex((fact) => fact.data.messageId === command.id);
    const applied = answers
      .filter(({ fact }) => fact.refused === undefined)
      .sort((one, other) => one.fact.revision - other.fact.revision || told(one.command) - told(other.command));
    const model = new Model(ids);
    for (const { command } of applied) model.apply(command);
    const { revision, entries } = await on.read(playlistId, OWNER);
    const held = entries.map((one) => one.entryId);
    expect(held.toSorted()).toEqual(model.held.toSorted());
    const unmoved = (order: string[]) => order.filter((id) => !model.moved.has(id));
    expect(unmoved(held)).toEqual(unmoved(model.held));
    expect(revision).toBe(Math.max(2, ...answers.map(({ fact }) => fact.revision)));

    // A refusal has a reason, and only an undo can have one here: what it wants back is gone for good, or was never done.
    for (const { command, fact } of answers) {
      if (fact.refused !== undefined) expect([command.type, fact.refused.code]).toEqual(['playlist.undo', 'not_found']);
    }
    // Given again, all of them change nothing and are not answered again.
    for (const { command } of answers) await system.bus.publish(command);
    for (const who of [OWNER, MEMBER]) await on.does(who, 'playlist.rename', { playlistId, name: `seen by ${who}` });
    await eventually(async () => {
      expect(await on.order(playlistId, MEMBER)).toEqual(held);
      expect((await on.read(playlistId, MEMBER)).revision).toBe(revision + 2);
    });
    for (const { command } of answers) {
      expect(on.factsAbout(command.id)).toHaveLength(1);
      expect(await system.database.orm.$count(inbox, eq(inbox.messageId, command.id))).toBe(1);
    }
  });
});
