import { afterEach, expect, it, vi } from 'vitest';
import { keepSearches, recentSearches, rememberSearch, withSearch } from './recent-searches';

afterEach(() => vi.unstubAllGlobals());

it.each([
  [[], 'queen', ['queen']],
  [['abba'], ' queen ', ['queen', 'abba']],
  [['abba', 'queen'], 'Queen', ['Queen', 'abba']],
  [['que', 'abba'], 'queen', ['queen', 'abba']],
  [['queen'], 'que', ['que', 'queen']],
  [['abba'], '  ', ['abba']],
])('%j and then %s: %j', (before, q, after) => expect(withSearch(before, q)).toEqual(after));

it('forgets the oldest', () => {
  const many = Array.from({ length: 40 }, (_, n) => `${n} x`);
  expect(many.reduce<string[]>(withSearch, [])).toEqual(many.slice(-12).reverse());
});

it('keeps them apart for each account, and survives what else is stored', () => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  rememberSearch('ana', 'queen');
  rememberSearch('ana', 'abba');
  expect([recentSearches('ana'), recentSearches('bia')]).toEqual([['abba', 'queen'], []]);
  keepSearches('ana', []);
  expect(stored.size).toBe(0);
  for (const rubbish of ['{', '7', '[1]', JSON.stringify(['x'.repeat(300)])]) {
    stored.set('enxame.searches.ana', rubbish);
    expect(recentSearches('ana')).toEqual([]);
  }
  vi.stubGlobal('localStorage', undefined);
  rememberSearch('ana', 'queen');
  expect(recentSearches('ana')).toEqual([]);
});
