/** Where entries of a playlist go. Pure: lists of identifiers in, lists of identifiers out. */

/** Where an entry stood: behind which other one, and before which that stays; null at the ends. */
export interface Place {
  entryId: string;
  after: string | null;
  before: string | null;
  /** From 0. */
  index: number;
}

/**
 * Moves `ids`, in the order given, to just before `before`; null: to the end. Those not in `order` are left out, the others
 * keep their order. A `before` that is itself moved stands for the next entry that is not; one that is gone, for the end.
 */
export function moveBefore(order: readonly string[], ids: readonly string[], before: string | null): string[] {
  const present = new Set(order);
  const moved = new Set(ids.filter((id) => present.has(id)));
  const wanted = before === null ? -1 : order.indexOf(before);
  const anchor = wanted < 0 ? undefined : order.slice(wanted).find((id) => !moved.has(id));
  const rest = order.filter((id) => !moved.has(id));
  const at = anchor === undefined ? rest.length : rest.indexOf(anchor);
  return [...rest.slice(0, at), ...moved, ...rest.slice(at)];
}

/** Where those of `ids` that are in `order` stand, in that order: what {@link putBack} needs. */
export function placesOf(order: readonly string[], ids: ReadonlySet<string>): Place[] {
  const places: Place[] = [];
  let before: string | null = null;
  for (let index = order.length - 1; index >= 0; index--) {
    const entryId = order[index] as string;
    if (ids.has(entryId)) places.push({ entryId, after: order[index - 1] ?? null, before, index });
    else before = entryId;
  }
  return places.reverse();
}

/**
 * Puts entries where they stood, whether they are in `order` now or not: behind the one they stood behind; where that one is
 * gone, before the one they stood before; where both are gone, as far from the beginning as they were.
 */
export function putBack(order: readonly string[], places: readonly Place[]): string[] {
  const moved = new Set(places.map((place) => place.entryId));
  const result = order.filter((id) => !moved.has(id));
  for (const place of places) result.splice(slotOf(result, place), 0, place.entryId);
  return result;
}

function slotOf(order: readonly string[], { after, before, index }: Place): number {
  if (after === null) return 0;
  const behind = order.indexOf(after);
  if (behind >= 0) return behind + 1;
  const ahead = before === null ? order.length : order.indexOf(before);
  return ahead >= 0 ? ahead : Math.min(index, order.length);
}
