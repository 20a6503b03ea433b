import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { StaleCache } from './stale-cache';

const LIFE_MS = 60_000;
const STALE_MS = 900_000;
const away = () => new EnxameError('unavailable', 'Away.');

let clock: HandClock;
let cache: StaleCache<string>;
const onAway = vi.fn();
const load = vi.fn(async () => 'first');
const get = () => cache.get('key', load);

beforeEach(async () => {
  clock = new HandClock();
  onAway.mockClear();
  cache = new StaleCache({ max: 2, lifeMs: LIFE_MS, staleMs: STALE_MS, clock, onAway });
  load.mockReset().mockResolvedValue('first');
  expect(await get()).toBe('first');
});

describe('an answer', () => {
  it('is given without asking during its life, and asked for anew after it', async () => {
    load.mockResolvedValue('second');
    clock.pass(LIFE_MS - 1);
    expect(await get()).toBe('first');
    clock.pass(1);
    expect(await Promise.all([get(), get()])).toEqual(['second', 'second']);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it.each([['unavailable'], ['timeout']] as const)('is given while its source is away (%s)', async (code) => {
    load.mockRejectedValue(new EnxameError(code, 'Away.'));
    clock.pass(LIFE_MS);
    expect(await get()).toBe('first');
    // At once, without asking each time.
    expect(await get()).toBe('first');
    expect(load).toHaveBeenCalledTimes(2);
    expect(onAway).toHaveBeenCalledTimes(1);
    clock.pass(1_000);
    load.mockResolvedValue('second');
    expect(await get()).toBe('second');
  });

  it('is given while its source is slow to answer, whose answer counts when it comes', async () => {
    let answer = (_: string) => {};
    load.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    clock.pass(LIFE_MS);
    const asked = get();
    clock.pass(1_000);
    expect(await asked).toBe('first');
    answer('second');
    await vi.waitFor(async () => expect(await get()).toBe('second'));
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('is not given when it is too old', async () => {
    load.mockRejectedValue(away());
    clock.pass(STALE_MS);
    await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is not given once its source refuses it, nor after that while the source is away', async () => {
    load.mockRejectedValueOnce(new EnxameError('version_retired', 'Over.'));
    clock.pass(LIFE_MS);
    await expect(get()).rejects.toMatchObject({ code: 'version_retired' });
    load.mockRejectedValue(away());
    await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is not given once it is forgotten, while its source is away', async () => {
    load.mockRejectedValue(away());
    cache.forget('key');
    await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that is on its way when it is forgotten is not kept', async () => {
    let answer = (_: string) => {};
    load.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    clock.pass(LIFE_MS);
    const asked = get();
    cache.forgetWhere((value) => value === 'first');
    answer('revoked');
    await asked;
    load.mockResolvedValue('second');
    expect(await get()).toBe('second');
  });

  it('can be told, and is forgotten by what it says', async () => {
    cache.set('key', 'told');
    expect(await get()).toBe('told');
    cache.forgetWhere((value) => value === 'other');
    expect(await get()).toBe('told');
    cache.forgetWhere((value) => value === 'told');
    expect(await get()).toBe('first');
  });

  it('makes room for others, the one used longest ago first', async () => {
    for (const key of ['a', 'b']) await cache.get(key, load);
    load.mockRejectedValue(away());
    clock.pass(LIFE_MS);
    await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await cache.get('b', load)).toBe('first');
  });
});

it('asks each time where answers have no life, and goes on with the last while the source is away', async () => {
  cache = new StaleCache({ max: 2, lifeMs: 0, staleMs: STALE_MS, clock });
  await get();
  load.mockResolvedValue('second');
  expect(await get()).toBe('second');
  load.mockRejectedValue(away());
  expect(await get()).toBe('second');
});
