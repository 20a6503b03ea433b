/** Days with plays, as a chart wants them: without gaps, and by the month where there would be too many. No clock. */
import type { ListeningStats, StatsWindow } from '@/lib/contracts/history';

export interface Span {
  /** `2026-11-24`, or `2026-11` for a month. */
  key: string;
  plays: number;
  listenedS: number;
}

const SHOWN_DAYS = { week: 7, month: 30 } as const;

/** @param today `2026-11-24`, in the listener's own time zone */
export function spansOf(days: ListeningStats['days'], window: StatsWindow, today: string): Span[] {
  if (window === 'week' || window === 'month') {
    // The window begins within a day, which may be one before the whole ones.
    const first = earliest(dayBefore(today, SHOWN_DAYS[window] - 1), days[0]?.day);
    return filled(first, today, nextDay, days);
  }
  const months = new Map<string, Span>();
  for (const { day, plays, listenedS } of days) {
    const key = day.slice(0, 7);
    const before = months.get(key) ?? { key, plays: 0, listenedS: 0 };
    months.set(key, { key, plays: before.plays + plays, listenedS: before.listenedS + listenedS });
  }
  const thisMonth = today.slice(0, 7);
  const first = window === 'year' ? dayBefore(today, 364).slice(0, 7) : (days[0]?.day ?? today).slice(0, 7);
  return filled(
    first,
    thisMonth,
    nextMonth,
    [...months.values()].map(({ key, ...rest }) => ({ day: key, ...rest })),
  );
}

function filled(first: string, last: string, next: (key: string) => string, found: ListeningStats['days']): Span[] {
  const byKey = new Map(found.map(({ day, plays, listenedS }) => [day, { plays, listenedS }]));
  const spans: Span[] = [];
  // What was played after midnight, seen by a page from before it, comes too.
  const newest = found.at(-1)?.day ?? last;
  for (let key = first; key <= last || key <= newest; key = next(key)) {
    spans.push({ key, ...(byKey.get(key) ?? { plays: 0, listenedS: 0 }) });
  }
  return spans;
}

const earliest = (day: string, other: string | undefined) => (other !== undefined && other < day ? other : day);
const nextDay = (day: string) => dayBefore(day, -1);
function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
function nextMonth(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** The day that it is, here. @param now epoch ms */
export function localDay(now: number): string {
  const date = new Date(now);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
