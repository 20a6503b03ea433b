import type { Mark } from '@/lib/contracts/marks';
import type { MarkCommandType, Message } from '@/lib/contracts/messages';

export type MarkCommand = Message<MarkCommandType>;

/** The items that a command names, each once, in its order. */
export function itemsOf({ type, data }: MarkCommand): string[] {
  return [...new Set(type === 'rating.set' ? data.ids : data.items.map((item) => item.id))];
}

/**
 * What a command makes of the marks it names.
 * @param before those of them that are marked, by id
 * @returns each named item once, in the command's order. The favourites that one command makes are a millisecond apart, so that lists keep
 *   them in this order. What is a favourite already keeps its time.
 */
export function marksAfter(command: MarkCommand, before: ReadonlyMap<string, Mark>): Mark[] {
  const { kind } = command.data;
  const now = command.at;
  const ids = itemsOf(command);
  const known = (id: string): Mark => before.get(id) ?? { kind, id, lovedAt: null, rating: null };
  if (command.type === 'rating.set') return ids.map((id) => ({ ...known(id), rating: command.data.rating }));
  if (!command.data.loved) return ids.map((id) => ({ ...known(id), lovedAt: null }));
  const since = new Map(command.data.items.map((item) => [item.id, item.since]));
  return ids.map((id, n) => {
    const mark = known(id);
    const lovedAt = mark.lovedAt ?? Math.max(0, Math.min(since.get(id) ?? now - n, now));
    return { ...mark, lovedAt };
  });
}

export const isMarked = (mark: Mark): boolean => mark.lovedAt !== null || mark.rating !== null;

export const isSameMark = (one: Mark, other: Mark): boolean =>
  one.lovedAt === other.lovedAt && one.rating === other.rating;
