const WINDOW_S = 10;

/** Bytes a second by source over the last ten seconds. Times are epoch ms. */
export class RateWindow {
  /** One slot a second, reused in turn. */
  private readonly slots = Array.from({ length: WINDOW_S }, () => ({ second: -1, cache: 0, peer: 0, origin: 0 }));

  add(bytes: { cache: number; peer: number; origin: number }, now: number): void {
    const second = Math.floor(now / 1000);
    const slot = this.slots[second % WINDOW_S];
    if (slot === undefined) return;
    if (slot.second !== second) Object.assign(slot, { second, cache: 0, peer: 0, origin: 0 });
    slot.cache += bytes.cache;
    slot.peer += bytes.peer;
    slot.origin += bytes.origin;
  }

  rates(now: number): { cache: number; peer: number; origin: number } {
    const oldest = Math.floor(now / 1000) - WINDOW_S;
    const sum = { cache: 0, peer: 0, origin: 0 };
    for (const slot of this.slots) {
      if (slot.second <= oldest) continue;
      sum.cache += slot.cache;
      sum.peer += slot.peer;
      sum.origin += slot.origin;
    }
    return { cache: sum.cache / WINDOW_S, peer: sum.peer / WINDOW_S, origin: sum.origin / WINDOW_S };
  }
}
