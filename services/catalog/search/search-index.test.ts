import { expect, it, vi } from 'vitest';
import type { Orm } from '@/lib/database/database';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { SearchIndex } from './search-index';

it('says that names are still being read, instead of letting who asks wait until they give up', async () => {
  const clock = new HandClock();
  const neverAnswers = { execute: () => new Promise(() => {}) } as unknown as Orm;
  const index = new SearchIndex(neverAnswers, { warn: vi.fn() }, clock);
  const asked = expect(index.current()).rejects.toMatchObject({ code: 'unavailable' });
  clock.pass(3_000);
  await asked;
});
