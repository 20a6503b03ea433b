/**
 * What this tab knows of its listener's favourites and ratings. A listener may have tens of thousands, so they are not all read: what is shown
 * is asked for, many at a time, and is kept up to date by events. Changes that are not confirmed yet are shown on top.
 */
import type { MarkedKind } from '@/lib/contracts/choices';
import type { Mark } from '@/lib/contracts/marks';
import type { Clock } from '@/lib/util/clock';

/** After something that is not known is first shown: what comes into sight together is asked for together. ms */
const GATHER_MS = 40;
/** In one question (MAX_MARKS_ASKED in lib/contracts/marks.ts, whose schemas are no part of a page's first load). */
const BATCH = 200;
/** After a question without an answer, doubled each time, ms. */
const RETRY_FIRST_MS = 5_000;
const RETRY_MAX_MS = 120_000;
/** Kept of what is shown no more, so that a page that is opened again shows its hearts at once. */
const MAX_KNOWN = 10_000;

/** All of one mark as a number, so that a component draws again only where it changes: 0 to 5 stars, and {@link LOVED}. Null: not known yet. */
export type MarkBits = number | null;
const LOVED = 8;
export const isLoved = (bits: MarkBits): boolean => bits !== null && bits >= LOVED;
export const starsOf = (bits: MarkBits): number => (bits ?? 0) % LOVED;

export interface Marked {
  kind: MarkedKind;
  id: string;
}

export interface MarkChange {
  /** The same of all: they go to the server one after another, so that of two about one thing the later stays. */
  id: 'marks';
  kind: MarkedKind;
  /** `since`: to restore a favourite (epoch ms). */
  items: readonly { id: string; since?: number }[];
  /** What becomes of them. */
  to: { loved: boolean } | { rating: number | null };
}

interface MarkStoreOptions {
  clock: Clock;
  /** Those of the named that are marked. @throws {EnxameError} */
  ask(items: readonly Marked[]): Promise<{ revision: number; marks: readonly Mark[] }>;
  /** Changes to be shown on top, the oldest first. */
  pending(): readonly { change: MarkChange; revision: number | null }[];
}

const keyOf = ({ kind, id }: Marked) => `${kind} ${id}`;

export class MarkStore {
  /** By key, the longest known first. Null: not marked. */
  private readonly known = new Map<string, { mark: Mark | null; revision: number }>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly wanted = new Map<string, Marked>();
  private isWaiting = false;
  private isAsking = false;
  private retryMs = RETRY_FIRST_MS;

  constructor(private readonly options: MarkStoreOptions) {}

  /** What is to be shown. Asks for nothing. */
  bits(one: Marked): MarkBits {
    const key = keyOf(one);
    const entry = this.known.get(key);
    let loved = (entry?.mark?.lovedAt ?? null) !== null;
    let stars = entry?.mark?.rating ?? 0;
    let isKnown = entry !== undefined;
    for (const { change, revision } of this.options.pending()) {
      if (change.kind !== one.kind || !change.items.some((item) => item.id === one.id)) continue;
      if (revision !== null && entry !== undefined && revision <= entry.revision) continue;
      isKnown = true;
      if ('loved' in change.to) loved = change.to.loved;
      else stars = change.to.rating ?? 0;
    }
    return isKnown ? stars + (loved ? LOVED : 0) : null;
  }

  /** Since when the server has it as a favourite. */
  lovedAt(one: Marked): number | null {
    return this.known.get(keyOf(one))?.mark?.lovedAt ?? null;
  }

  /** It is shown: asked for where it is not known, and told of. @returns unsubscribe */
  subscribe(one: Marked, listener: () => void): () => void {
    const key = keyOf(one);
    const mine = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, mine.add(listener));
    if (!this.known.has(key)) this.want(one);
    return () => {
      mine.delete(listener);
      if (mine.size > 0 || this.listeners.get(key) !== mine) return;
      this.listeners.delete(key);
      this.wanted.delete(key);
    };
  }

  /** What the server has, as an event or an answer tells; what is known to be newer stays. @param items of whom it tells */
  take(items: readonly Marked[], { revision, marks }: { revision: number; marks: readonly Mark[] }): void {
    const found = new Map(marks.map((mark) => [keyOf(mark), mark]));
    for (const item of items) {
      const key = keyOf(item);
      if ((this.known.get(key)?.revision ?? -1) > revision) continue;
      const mark = found.get(key) ?? null;
      const isMarked = mark !== null && (mark.lovedAt !== null || mark.rating !== null);
      this.known.delete(key);
      this.known.set(key, { mark: isMarked ? mark : null, revision });
      this.wanted.delete(key);
      this.tell(key);
    }
    this.forgetOldest();
  }

  /** Reads these anew. Resolves when they are known, or cannot be. */
  async refresh(items: readonly Marked[]): Promise<void> {
    for (let n = 0; n < items.length; n += BATCH) {
      const part = items.slice(n, n + BATCH);
      this.take(part, await this.options.ask(part));
    }
  }

  /** Events may have been missed: what is shown is asked for anew, and the rest forgotten. */
  returned(): void {
    for (const key of [...this.known.keys()]) {
      if (!this.listeners.has(key)) this.known.delete(key);
    }
    this.retryMs = RETRY_FIRST_MS;
    for (const key of this.listeners.keys()) this.want(fromKey(key));
  }

  /** The pending changes are others. */
  tellAll(): void {
    for (const key of [...this.listeners.keys()]) this.tell(key);
  }

  private want(one: Marked): void {
    this.wanted.set(keyOf(one), one);
    this.askAfter(GATHER_MS);
  }

  private askAfter(ms: number): void {
    if (this.isWaiting || this.isAsking) return;
    this.isWaiting = true;
    this.options.clock.after(ms, () => {
      this.isWaiting = false;
      void this.askWanted();
    });
  }

  private async askWanted(): Promise<void> {
    this.isAsking = true;
    try {
      while (this.wanted.size > 0) {
        const items = [...this.wanted.values()].slice(0, BATCH);
        const answer = await this.options.ask(items);
        for (const item of items) this.wanted.delete(keyOf(item));
        this.take(items, answer);
      }
      this.retryMs = RETRY_FIRST_MS;
      this.isAsking = false;
    } catch {
      this.isAsking = false;
      this.askAfter(this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, RETRY_MAX_MS);
    }
  }

  private tell(key: string): void {
    for (const listener of [...(this.listeners.get(key) ?? [])]) listener();
  }

  private forgetOldest(): void {
    if (this.known.size <= MAX_KNOWN) return;
    for (const key of [...this.known.keys()]) {
      if (this.known.size <= MAX_KNOWN) return;
      if (!this.listeners.has(key)) this.known.delete(key);
    }
  }
}

function fromKey(key: string): Marked {
  const [kind = '', id = ''] = key.split(' ');
  return { kind: kind as MarkedKind, id };
}
