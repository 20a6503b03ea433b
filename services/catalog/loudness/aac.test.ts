import { describe, expect, it } from 'vitest';
import { adtsConfigOf, adtsFrame } from './aac';
import { NoDecoder } from './no-decoder';

describe('AAC as a stream', () => {
  it.each([
    ['LC, 44.1 kHz, stereo', [0x12, 0x10], { profile: 1, rate: 4, channels: 2 }],
    ['LC, 22.05 kHz, mono', [0x13, 0x88], { profile: 1, rate: 7, channels: 1 }],
    ['HE-AAC over LC at 24 kHz', [0x2b, 0x11, 0x88, 0x00], { profile: 1, rate: 6, channels: 2 }],
    ['LC, 48 kHz, 5.1', [0x11, 0xb0], { profile: 1, rate: 3, channels: 6 }],
  ])('%s', (_, description, config) => {
    expect(adtsConfigOf(Uint8Array.from(description))).toEqual(config);
  });

  it.each([
    ['a rate of its own', [0x17, 0x80, 0, 0]],
    ['channels that the stream itself tells', [0x12, 0x00]],
    ['USAC', [0xf9, 0x48]],
    ['nothing', []],
  ])('has no way for %s', (_, description) => {
    expect(() => adtsConfigOf(Uint8Array.from(description))).toThrow(NoDecoder);
  });

  it('has a header that says how long each frame is', () => {
    const frame = adtsFrame({ profile: 1, rate: 4, channels: 2 }, new Uint8Array(500).fill(7));
    expect([...frame.subarray(0, 8)]).toEqual([0xff, 0xf1, 0x50, 0x80, 0x3f, 0x7f, 0xfc, 7]);
    expect(() => adtsFrame({ profile: 1, rate: 4, channels: 2 }, new Uint8Array(8185))).toThrow(RangeError);
  });
});
