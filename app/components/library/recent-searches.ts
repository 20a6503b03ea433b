/** What this account searched for in this browser, the latest first. It stays here: no server is told. */
import * as z from 'zod/mini';

/** More are forgotten, the oldest first. */
const MAX_RECENT = 12;
const MAX_QUERY_CHARS = 200;

const kept = z.catch(z.array(z.string().check(z.maxLength(MAX_QUERY_CHARS))).check(z.maxLength(MAX_RECENT)), []);
const keyOf = (accountId: string) => `enxame.searches.${accountId}`;

/** With one more, in front; a search that this one only goes on from (`que`, `queen`) gives way to it. */
export function withSearch(searches: readonly string[], q: string): string[] {
  const text = q.trim().slice(0, MAX_QUERY_CHARS);
  if (text === '') return [...searches];
  const folded = text.toLowerCase();
  const others = searches.filter((other) => !folded.startsWith(other.toLowerCase()));
  return [text, ...others].slice(0, MAX_RECENT);
}

/** Nothing where storage is forbidden, or holds something else. */
export function recentSearches(accountId: string): string[] {
  try {
    return kept.parse(JSON.parse(localStorage.getItem(keyOf(accountId)) ?? '[]'));
  } catch {
    return [];
  }
}

export function keepSearches(accountId: string, searches: readonly string[]): void {
  try {
    if (searches.length === 0) localStorage.removeItem(keyOf(accountId));
    else localStorage.setItem(keyOf(accountId), JSON.stringify(searches));
  } catch {}
}

export const rememberSearch = (accountId: string, q: string): void =>
  keepSearches(accountId, withSearch(recentSearches(accountId), q));
