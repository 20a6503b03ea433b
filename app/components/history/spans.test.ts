import { describe, expect, it } from 'vitest';
import { localDay, spansOf } from './spans';

const day = (name: string, plays = 1) => ({ day: name, plays, listenedS: plays * 60 });

describe('spans', () => {
  it('of a week are its days, those without plays too', () => {
    const spans = spansOf([day('2026-03-01', 2)], 'week', '2026-03-02');
    expect(spans.map(({ key }) => key)).toEqual([
      '2026-02-24',
      '2026-02-25',
      '2026-02-26',
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
    expect(spans.map(({ plays }) => plays)).toEqual([0, 0, 0, 0, 0, 2, 0]);
  });

  it('show the day on which the window begins, and one that began since', () => {
    expect(spansOf([day('2026-02-23')], 'week', '2026-03-02')).toHaveLength(8);
    expect(spansOf([day('2026-03-03')], 'week', '2026-03-02').at(-1)).toEqual({
      key: '2026-03-03',
      plays: 1,
      listenedS: 60,
    });
  });

  it('of a month are thirty days, also over a leap day', () => {
    const spans = spansOf([], 'month', '2028-03-10');
    expect(spans).toHaveLength(30);
    expect(spans.map(({ key }) => key)).toContain('2028-02-29');
  });

  it('of a year are months, from the one it began in', () => {
    const spans = spansOf([day('2025-12-30'), day('2025-12-31'), day('2026-03-01')], 'year', '2026-03-02');
    expect(spans.map(({ key }) => key)).toEqual([
      ...['03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((month) => `2025-${month}`),
      '2026-01',
      '2026-02',
      '2026-03',
    ]);
    expect(spans.find(({ key }) => key === '2025-12')).toEqual({ key: '2025-12', plays: 2, listenedS: 120 });
  });

  it('of all time begin with the first play', () => {
    expect(spansOf([day('2025-11-30')], 'all', '2026-01-02').map(({ key }) => key)).toEqual([
      '2025-11',
      '2025-12',
      '2026-01',
    ]);
    expect(spansOf([], 'all', '2026-01-02').map(({ key }) => key)).toEqual(['2026-01']);
  });
});

it('the local day is this machine’s', () => {
  expect(localDay(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05');
});
