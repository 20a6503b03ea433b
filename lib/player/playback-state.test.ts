import { describe, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import type { OpenAsset } from '@/lib/swarm/api';
import type { MseOutput } from './output/mse';
import type { PlainOutput } from './output/plain';
import { afterFailure, type Feeding, type Opening, type Plain, type PlaybackState, sourceOf } from './playback-state';

describe('after a failure of opening or feeding', () => {
  it.each([
    ['unavailable', false, 'retry'],
    ['timeout', true, 'retry'],
    ['version_retired', false, 'reopen'],
    ['version_retired', true, 'fail'],
    ['track_withdrawn', false, 'fail'],
    ['too_many_streams', false, 'fail'],
  ] as const)('%s (opened anew before: %s) leads to %s', (code, reopened, next) => {
    expect(afterFailure(new EnxameError(code, ''), reopened)).toBe(next);
  });

  it('the plain file is played when the browser does not take the bytes', () => {
    expect(afterFailure(new Error('the browser refused these bytes'), false)).toBe('plain');
  });
});

describe('what the element plays', () => {
  const opening: Opening = { name: 'opening', output: {} as MseOutput };
  const feeding: Feeding = { name: 'feeding', output: {} as MseOutput, asset: {} as OpenAsset };
  const plain: Plain = { name: 'plain', output: {} as PlainOutput };

  it.each<[PlaybackState, Opening | Feeding | Plain | null]>([
    [{ name: 'new' }, null],
    [opening, opening],
    [feeding, feeding],
    [plain, plain],
    [{ name: 'checking', source: plain }, plain],
    [{ name: 'retrying', source: feeding }, feeding],
    [{ name: 'failed' }, null],
    [{ name: 'closed' }, null],
  ])('in state %j', (state, source) => {
    expect(sourceOf(state)).toBe(source);
  });
});
