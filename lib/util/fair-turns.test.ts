import { describe, expect, it } from 'vitest';
import { FairTurns } from './fair-turns';

/** Works that end when they are told to, in `begun` as they begin. */
function work(limits: ConstructorParameters<typeof FairTurns>[0]) {
  const turns = new FairTurns(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    /** `ana1` is a work of ana. */
    ask: (...names: string[]) =>
      names.map((name) =>
        turns.run(name.replace(/\d+$/, ''), () => {
          begun.push(name);
          return new Promise<void>((resolve) => ends.set(name, resolve));
        }),
      ),
    async end(name: string) {
      ends.get(name)?.();
      // Each `await` between the end of a work and the begin of the next is one turn of the queue of promises.
      await new Promise(setImmediate);
    },
  };
}

describe('turns', () => {
  it('go to whoever has least under way, and round', async () => {
    const { begun, ask, end } = work({ atATime: 2, perHolder: 2, maxWaiting: 10 });
    ask('ana1', 'ana2', 'ana3', 'ana4', 'bia1', 'bia2', 'caio1');
    expect(begun).toEqual(['ana1', 'ana2']);
    for (const name of ['ana1', 'ana2', 'bia1', 'ana3', 'caio1']) await end(name);
    expect(begun).toEqual(['ana1', 'ana2', 'bia1', 'ana3', 'caio1', 'bia2', 'ana4']);
  });

  it('are never more at a time than a holder may have, though there is room', async () => {
    const { begun, ask, end } = work({ atATime: 3, perHolder: 1, maxWaiting: 10 });
    ask('ana1', 'ana2', 'bia1');
    expect(begun).toEqual(['ana1', 'bia1']);
    await end('bia1');
    expect(begun).toEqual(['ana1', 'bia1']);
    await end('ana1');
    expect(begun).toEqual(['ana1', 'bia1', 'ana2']);
  });

  it('are refused to whoever waits for very many, and to nobody else', async () => {
    const { begun, ask, end } = work({ atATime: 1, perHolder: 1, maxWaiting: 1 });
    const asked = ask('ana1', 'ana2', 'ana3', 'bia1');
    await expect(asked[2]).rejects.toMatchObject({ code: 'too_many_requests' });
    await end('ana1');
    await end('bia1');
    expect(begun).toEqual(['ana1', 'ana2']);
    await end('ana2');
    expect(begun).toEqual(['ana1', 'ana2', 'bia1']);
  });

  it('end with a work that fails, too', async () => {
    const turns = new FairTurns({ atATime: 1, perHolder: 1, maxWaiting: 1 });
    const failed = turns.run('ana', async () => {
      throw new Error('no');
    });
    const next = turns.run('ana', async () => 'done');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});
