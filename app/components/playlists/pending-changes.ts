/**
 * The changes of playlists, and of favourites and ratings, that this tab has asked for and that are not settled yet. Each is sent with an id chosen once, so that whatever is
 * repeated is applied once. It is *accepted* when the server has it durably (202), then *confirmed* or *rejected*, by its event or, where that
 * was missed, by asking what became of it. What is shown meanwhile is made of the list (optimistic.ts).
 */
import type { Accepted, CommandOutcome, ImportedPlaylist } from '@/lib/contracts/api/playlists';
import type { Track } from '@/lib/contracts/catalog';
import { MAX_ENTRIES_A_CHANGE } from '@/lib/contracts/choices';
import { EnxameError, fromWireError, isEnxameError } from '@/lib/contracts/enxame-error';
import type { Message } from '@/lib/contracts/messages';
import { newId, newMessageId } from '@/lib/contracts/new-id';
import type { ImportFormat, PlaylistVisibility } from '@/lib/contracts/playlists';
import type { SmartRules } from '@/lib/contracts/smart-fields';
import type { Clock } from '@/lib/util/clock';

/** Not settled for so long, ms: it is shown as pending. Most are confirmed within 100. */
const LATE_MS = 2_000;
/** Without an answer a change is sent so many times in all, after these waits, ms: together half a minute. */
const RESEND_FIRST_MS = 1_000;
const MAX_SENDS = 6;
/** An accepted change whose event has not come is asked about after this wait, then ever more rarely, ms. */
const ASK_FIRST_MS = 1_000;
const ASK_MAX_MS = 30_000;
/** Playlists that could not be created for want of an answer, and may have been all the same; the latest. */
const MAX_UNANSWERED = 20;

export type PlaylistChange =
  /** `rules`: a smart playlist, which has no tracks of its own. */
  | { kind: 'create'; id: string; name: string; tracks: readonly Track[]; rules?: SmartRules }
  | { kind: 'import'; id: string; format: ImportFormat; text: string }
  | { kind: 'rename'; id: string; name: string }
  | { kind: 'describe'; id: string; description: string }
  | { kind: 'define'; id: string; rules: SmartRules }
  | { kind: 'delete'; id: string }
  /** `entryIds`: one for each track. */
  | { kind: 'add'; id: string; tracks: readonly Track[]; entryIds: readonly string[] }
  | { kind: 'remove'; id: string; entryIds: readonly string[] }
  | { kind: 'reorder'; id: string; entryIds: readonly string[]; before: string | null }
  | { kind: 'share'; id: string; visibility: PlaylistVisibility; members: readonly string[] }
  | { kind: 'undo'; id: string; messageId: string };

/**
 * A change of more entries than one command takes, as two: what is asked for now, and what is once that is confirmed; together they leave
 * the entries in the same order.
 */
export function splitChange(change: PlaylistChange): [PlaylistChange, PlaylistChange | null] {
  const [n, whole] = [MAX_ENTRIES_A_CHANGE, [change, null] as [PlaylistChange, null]];
  switch (change.kind) {
    case 'create': {
      const rest = change.tracks.slice(n);
      if (rest.length === 0) return whole;
      const later = { kind: 'add', id: change.id, tracks: rest, entryIds: rest.map(() => newId()) } as const;
      return [{ ...change, tracks: change.tracks.slice(0, n) }, later];
    }
    case 'add': {
      if (change.tracks.length <= n) return whole;
      const part = (from: number, to?: number) => ({
        ...change,
        tracks: change.tracks.slice(from, to),
        entryIds: change.entryIds.slice(from, to),
      });
      return [part(0, n), part(n)];
    }
    case 'remove':
    case 'reorder': {
      if (change.entryIds.length <= n) return whole;
      const part = (from: number, to?: number) => ({ ...change, entryIds: change.entryIds.slice(from, to) });
      return [part(0, n), part(n)];
    }
    default:
      return whole;
  }
}

/** @typeParam C `id`: of what it changes; such changes go one after another */
export interface PendingChange<C extends { readonly id: string } = PlaylistChange> {
  /** Of the command. */
  readonly id: string;
  readonly change: C;
  /** `sending`: not answered yet. `confirmed`: what the server made of it is being read. Those rejected are no longer listed. */
  readonly state: 'sending' | 'accepted' | 'confirmed';
  /** The revision of what it changes that holds it; null until an event has told. */
  readonly revision: number | null;
  /** When it was asked for, epoch ms. */
  readonly at: number;
  readonly isLate: boolean;
}

/** What an event says of the command that it answers. */
type SettlingData = Pick<Message<'changed.playlist' | 'changed.marks'>['data'], 'messageId' | 'refused' | 'revision'>;

/** What becomes of a change. Each is called once at most; `change` is the one that is pending, which an earlier press may have asked for. */
export interface ChangeListener<C = PlaylistChange, A = Accepted | ImportedPlaylist> {
  /** What the server answered to it; its event may have come before. */
  answered?(answer: A): void;
  accepted?(change: C): void;
  late?(): void;
  /** Applied, and what the server made of it was read. */
  confirmed?(change: C): void;
  /** @param error why; `mayHaveArrived` tells whether the server may have it all the same */
  rejected?(error: unknown): void;
}

interface PendingChangesOptions<C, A> {
  clock: Clock;
  /** Resolves once it is accepted. @throws {EnxameError} */
  send(change: C, id: string): Promise<A>;
  /** Answers once it is settled, or after some seconds. @throws {EnxameError} */
  outcome(id: string): Promise<CommandOutcome>;
  /** Reads what it touched; resolves when that is shown. @param revision that an event has told of; null: none has */
  refresh(change: C, revision: number | null): Promise<unknown>;
  /** Whether two changes would make the same thing twice. By default none do. */
  isSame?(one: C, other: C): boolean;
}

interface Entry<C extends { readonly id: string }, A> {
  shown: PendingChange<C>;
  on: ChangeListener<C, A>;
  isUnderWay: boolean;
  cancelLate: () => void;
  /** Ends what it waits for. */
  wake: () => void;
}

export class PendingChanges<
  C extends { readonly id: string } = PlaylistChange,
  A extends Accepted = Accepted | ImportedPlaylist,
> {
  /** In the order they were asked for. */
  private entries: Entry<C, A>[] = [];
  private shown: readonly PendingChange<C>[] = [];
  private unanswered: Pick<PendingChange<C>, 'id' | 'change'>[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: PendingChangesOptions<C, A>) {}

  /** The same array until something changes. */
  list = (): readonly PendingChange<C>[] => this.shown;

  /** @returns unsubscribe */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /**
   * Asks for a change. What is pending already is not asked for again, and what got no answer is asked for with the id it had: a command with
   * this id, or a playlist that is to be made of the same name and tracks, or of the same file.
   * @param id of the command: of one that was rejected without an answer, to try it again
   * @returns the command's id
   */
  submit(change: C, on: ChangeListener<C, A> = {}, id: string = newMessageId()): string {
    const pending = this.entries.find(
      ({ shown }) => shown.id === id || (shown.state !== 'confirmed' && this.isSame(shown.change, change)),
    );
    if (pending !== undefined) {
      pending.wake();
      return pending.shown.id;
    }
    const earlier = this.unanswered.find((one) => this.isSame(one.change, change)) ?? { id, change };
    this.unanswered = this.unanswered.filter((one) => one.id !== earlier.id);
    this.add(earlier, on);
    this.sendNext();
    return earlier.id;
  }

  /** @returns whether it was about a change of this tab */
  onEvent(event: { readonly data: SettlingData }): boolean {
    const { messageId, refused, revision } = event.data;
    const entry = this.entries.find(({ shown }) => shown.id === messageId);
    if (entry === undefined) return false;
    if (refused === undefined) this.confirm(entry, revision);
    else this.reject(entry, fromWireError(refused));
    return true;
  }

  /** The server is in reach again: nothing waits for its next turn. */
  returned(): void {
    for (const { wake } of [...this.entries]) wake();
  }

  private add({ id, change }: Pick<PendingChange<C>, 'id' | 'change'>, on: ChangeListener<C, A>): void {
    const { clock } = this.options;
    const entry: Entry<C, A> = {
      shown: { id, change, state: 'sending', revision: null, at: clock.now(), isLate: false },
      on,
      isUnderWay: false,
      cancelLate: clock.after(LATE_MS, () => {
        this.update(entry, { isLate: true });
        on.late?.();
        this.sendNext();
      }),
      wake: () => {},
    };
    this.entries.push(entry);
    this.show();
  }

  /** Changes of one playlist go one after another, each when the one before is settled or late: several servers could mix up their order. */
  private sendNext(): void {
    for (const [n, entry] of this.entries.entries()) {
      const { change, state } = entry.shown;
      const isBlocked = this.entries
        .slice(0, n)
        .some(
          ({ shown }) =>
            shown.change.id === change.id &&
            (shown.state === 'sending' || (shown.state === 'accepted' && !shown.isLate)),
        );
      if (state !== 'sending' || entry.isUnderWay || isBlocked) continue;
      entry.isUnderWay = true;
      void this.send(entry);
    }
  }

  private async send(entry: Entry<C, A>): Promise<void> {
    for (let sent = 1; ; sent++) {
      try {
        const answer = await this.options.send(entry.shown.change, entry.shown.id);
        entry.on.answered?.(answer);
        return this.accept(entry);
      } catch (error) {
        // Its event may have come though its answer was lost.
        if (!this.isIn(entry, 'sending')) return;
        if (!mayHaveArrived(error) || sent === MAX_SENDS) return this.reject(entry, error);
        const askedMs = isEnxameError(error) ? (error.retryAfterS ?? 0) * 1000 : 0;
        await this.wait(entry, Math.max(askedMs, RESEND_FIRST_MS * 2 ** (sent - 1)));
        if (!this.isIn(entry, 'sending')) return;
      }
    }
  }

  private accept(entry: Entry<C, A>): void {
    if (!this.isIn(entry, 'sending')) return;
    this.update(entry, { state: 'accepted' });
    entry.on.accepted?.(entry.shown.change);
    this.sendNext();
    void this.untilSettled(entry);
  }

  private async untilSettled(entry: Entry<C, A>): Promise<void> {
    for (let waitMs = ASK_FIRST_MS; ; waitMs = Math.min(waitMs * 2, ASK_MAX_MS)) {
      await this.wait(entry, waitMs);
      if (!this.isIn(entry, 'accepted')) return;
      const outcome = await this.options.outcome(entry.shown.id).catch(() => null);
      if (!this.isIn(entry, 'accepted')) return;
      if (outcome?.state === 'confirmed') return this.confirm(entry, null);
      if (outcome?.state === 'rejected') {
        const { refused = { code: 'internal' as const, message: 'The server refused this change.' } } = outcome;
        return this.reject(entry, new EnxameError(refused.code, refused.message));
      }
    }
  }

  private confirm(entry: Entry<C, A>, revision: number | null): void {
    if (entry.shown.state === 'confirmed') return;
    if (entry.shown.state === 'sending') entry.on.accepted?.(entry.shown.change);
    this.update(entry, { state: 'confirmed', revision });
    entry.cancelLate();
    entry.wake();
    this.sendNext();
    const done = () => {
      this.remove(entry);
      entry.on.confirmed?.(entry.shown.change);
    };
    this.options.refresh(entry.shown.change, entry.shown.revision).then(done, done);
  }

  private reject(entry: Entry<C, A>, error: unknown): void {
    if (entry.shown.state === 'confirmed') return;
    this.remove(entry);
    entry.cancelLate();
    entry.wake();
    if (mayHaveArrived(error)) this.unanswered = [...this.unanswered, entry.shown].slice(-MAX_UNANSWERED);
    entry.on.rejected?.(error);
    this.sendNext();
    // What it was made on is not what the server has.
    this.options.refresh(entry.shown.change, null).catch(() => {});
  }

  private isSame(one: C, other: C): boolean {
    return this.options.isSame?.(one, other) ?? false;
  }

  private isIn(entry: Entry<C, A>, state: PendingChange['state']): boolean {
    return entry.shown.state === state && this.entries.includes(entry);
  }

  private wait(entry: Entry<C, A>, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(ms, resolve);
      entry.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private remove(entry: Entry<C, A>): void {
    this.entries = this.entries.filter((other) => other !== entry);
    this.show();
  }

  private update(entry: Entry<C, A>, to: Partial<PendingChange<C>>): void {
    entry.shown = { ...entry.shown, ...to };
    this.show();
  }

  private show(): void {
    this.shown = this.entries.map(({ shown }) => shown);
    for (const listener of [...this.listeners]) listener();
  }
}

/** Nobody answered, or somebody who does not know: the server may have the change, or may take it later. */
export function mayHaveArrived(error: unknown): boolean {
  return isEnxameError(error) && ['unavailable', 'timeout', 'too_many_requests'].includes(error.code);
}

/** Whether both would make the same playlist. */
export function isSameCreation(one: PlaylistChange, other: PlaylistChange): boolean {
  if (one.kind === 'import' && other.kind === 'import') return one.format === other.format && one.text === other.text;
  if (one.kind !== 'create' || other.kind !== 'create' || one.name !== other.name) return false;
  if (JSON.stringify(one.rules) !== JSON.stringify(other.rules)) return false;
  return one.tracks.map(({ id }) => id).join() === other.tracks.map(({ id }) => id).join();
}
