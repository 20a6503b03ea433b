import { expect, it } from 'vitest';
import { skippedApart, skippedEntries } from './failures';

it('what was skipped is kept among the failures and comes out of them as it went in, the most first', () => {
  const broken = { file: 'a.mp3', reason: 'This file is damaged.', code: 'damaged' as const };
  const counts = new Map([
    ['.ape', 1],
    ['.wma', 3],
    ['.aac', 1],
  ]);
  expect(skippedApart([broken, ...skippedEntries(counts)])).toEqual({
    failed: [broken],
    skipped: [
      { ending: '.wma', count: 3 },
      { ending: '.aac', count: 1 },
      { ending: '.ape', count: 1 },
    ],
  });
  expect(skippedApart([])).toEqual({ failed: [], skipped: [] });
});
