import { expect, it } from 'vitest';
import type { Bus } from '@/lib/messaging/bus';
import { Questions } from './questions';

/** A service that works on 64 questions at a time, the oldest first, and answers when it is told to. */
function slowService() {
  const asked: { asker: string; answer: () => void }[] = [];
  const bus = {
    request: (_name: string, params: { q: string }) =>
      new Promise((resolve) => asked.push({ asker: params.q, answer: () => resolve({}) })),
  } as unknown as Pick<Bus, 'request'>;
  return { asked, questions: new Questions(bus) };
}

const nothing = { limit: 1, offset: 0 };

it('one who asks hundreds of questions at once leaves the service to others', async () => {
  const { asked, questions } = slowService();
  const flood = Array.from({ length: 300 }, () => questions.ask('ana', 'catalog.search', { q: 'ana', ...nothing }));
  const one = questions.ask('bia', 'catalog.search', { q: 'bia', ...nothing });
  // Among the first that the service takes.
  expect(asked.slice(0, 64).map(({ asker }) => asker)).toContain('bia');
  for (let answered = 0; answered < 301; answered++) {
    await new Promise(setImmediate);
    asked[answered]?.answer();
  }
  await Promise.all([one, ...flood]);
});

it('many who ask hundreds wait for each other, and one who comes last is next', async () => {
  const { asked, questions } = slowService();
  for (let i = 0; i < 7; i++) {
    for (let n = 0; n < 100; n++) void questions.ask(`a${i}`, 'catalog.search', { q: 'many', ...nothing });
  }
  void questions.ask('bia', 'catalog.search', { q: 'bia', ...nothing });
  const before = asked.length;
  expect(before).toBeLessThan(256);
  asked[0]?.answer();
  await new Promise(setImmediate);
  expect(asked.slice(before).map(({ asker }) => asker)).toEqual(['bia']);
});
