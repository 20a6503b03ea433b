import { describe, expect, it } from 'vitest';
import { estimateBytes, planConversion } from './plan';

const flac = { suffix: 'flac', bitRate: 900 };
const mp3 = { suffix: 'mp3', bitRate: 320 };
const opus = { suffix: 'opus', bitRate: 96 };

describe('a file is sent', () => {
  it.each([
    // As it is.
    [{}, flac, null],
    [{ format: 'raw', maxBitRate: 64 }, flac, null],
    [{ format: 'mp3' }, mp3, null],
    [{ format: 'MP3', maxBitRate: 320 }, mp3, null],
    [{ format: 'opus', maxBitRate: 128 }, opus, null],
    [{ maxBitRate: 320 }, mp3, null],
    [{ maxBitRate: 0 }, mp3, null],
    // Of formats that are not made here, the file itself unless it is too fast.
    [{ format: 'aac' }, mp3, null],
    [{ format: 'aac', maxBitRate: 128 }, mp3, { format: 'mp3', bitRate: 128 }],
    // In another format.
    [{ format: 'mp3' }, flac, { format: 'mp3', bitRate: 192 }],
    [{ format: 'ogg' }, flac, { format: 'opus', bitRate: 128 }],
    [{ format: 'opus', maxBitRate: 500 }, flac, { format: 'opus', bitRate: 256 }],
    // Slower, in a bit rate that the format has.
    [{ maxBitRate: 128 }, mp3, { format: 'mp3', bitRate: 128 }],
    [{ maxBitRate: 100 }, mp3, { format: 'mp3', bitRate: 96 }],
    [{ format: 'mp3', maxBitRate: 1 }, mp3, { format: 'mp3', bitRate: 32 }],
    [{ format: 'opus', maxBitRate: 1 }, mp3, { format: 'opus', bitRate: 32 }],
    // Never in more than it has.
    [{ format: 'mp3', maxBitRate: 320 }, opus, { format: 'mp3', bitRate: 96 }],
  ])('for %j of %j as %j', (wanted, source, expected) => {
    expect(planConversion(wanted, source)).toEqual(expected);
  });
});

it('a length is estimated in full', () => {
  expect(estimateBytes({ format: 'mp3', bitRate: 128 }, 100)).toBeGreaterThan(1_600_000);
  expect(estimateBytes({ format: 'opus', bitRate: 128 }, 100)).toBeLessThan(1_800_000);
});
