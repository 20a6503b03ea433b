import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoudnessHistogram } from './histogram';
import { type ChannelOrder, LoudnessMeter, type Sound } from './meter';

/** A sine in each channel. @param dbfs of its top; null: silence @param seconds */
function sine(dbfs: (number | null)[], seconds: number, sampleRate = 48_000, hertz = 1000): Sound {
  const length = Math.round(seconds * sampleRate);
  const channels = dbfs.map((db) =>
    Float32Array.from({ length }, (_, i) =>
      db === null ? 0 : 10 ** (db / 20) * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
    ),
  );
  return { sampleRate, channels };
}

function measured(pieces: Sound[], order: ChannelOrder = 'wave'): number | null {
  const meter = new LoudnessMeter(order);
  for (const piece of pieces) meter.add(piece);
  return meter.histogram.integrated();
}

// The signals of EBU Tech 3341, table 1, shortened; each allows 0.1 LU.
describe('integrated loudness', () => {
  it.each<[string, Sound[], number]>([
    ['1: a steady tone', [sine([-23, -23], 8)], -23],
    ['2: a quieter one', [sine([-33, -33], 8)], -33],
    ['3: quiet ends are gated', [sine([-36, -36], 3), sine([-23, -23], 18), sine([-36, -36], 3)], -23],
    [
      '4: and what is below -70 too',
      [sine([-72, -72], 3), sine([-36, -36], 3), sine([-23, -23], 18), sine([-36, -36], 3), sine([-72, -72], 3)],
      -23,
    ],
    ['5: what is not much quieter counts', [sine([-26, -26], 20), sine([-20, -20], 20.1), sine([-26, -26], 20)], -23],
    ['6: six channels', [sine([-28, -28, -24, null, -30, -30], 8)], -23],
    ['a single channel at full scale', [sine([0], 4, 48_000, 997)], -3.01],
    ['another sample rate', [sine([-23, -23], 8, 44_100)], -23],
    ['a high one', [sine([-23, -23], 4, 192_000)], -23],
    ['a rate that changes on the way', [sine([-23, -23], 4, 44_100), sine([-23, -23], 4, 32_000)], -23],
  ])('%s', (_, pieces, lufs) => {
    expect(Math.abs((measured(pieces) ?? 0) - lufs)).toBeLessThan(0.1);
  });

  it('knows where the low-frequency effects are, in either order of channels', () => {
    const rear = measured([sine([null, null, null, -10, -20, -20], 4)]);
    expect(measured([sine([null, null, null, -20, -20, -10], 4)], 'vorbis')).toBeCloseTo(rear ?? 0, 5);
    expect(rear).toBeLessThan(-17);
  });

  it.each<[string, Sound[]]>([
    ['silence', [sine([null, null], 3)]],
    ['nothing', []],
    ['less than a block', [sine([-10, -10], 0.39)]],
    ['what is no number', [{ sampleRate: 48_000, channels: [new Float32Array(48_000).fill(Number.NaN)] }]],
  ])('is not known of %s', (_, pieces) => {
    expect(measured(pieces)).toBeNull();
  });

  it('is the same however the sound is cut into pieces', () => {
    const { channels, sampleRate } = sine([-18, -21], 3, 44_100, 440);
    const whole = measured([{ channels, sampleRate }]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 12 }), (lengths) => {
        const cuts = [0, ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b))];
        const pieces = cuts.map((from, i) => ({
          sampleRate,
          channels: channels.map((samples) => samples.subarray(from, cuts[i + 1] ?? samples.length)),
        }));
        expect(measured(pieces)).toBe(whole);
      }),
      { numRuns: 20 },
    );
  });
});

it('the peak is the highest sample, wherever it is', () => {
  const meter = new LoudnessMeter('wave');
  meter.add({ sampleRate: 8_000, channels: [Float32Array.of(0.1, -0.2), Float32Array.of(0, 0)] });
  meter.add({ sampleRate: 8_000, channels: [Float32Array.of(0, 0), Float32Array.of(0, -1.25)] });
  expect(meter.peak).toBe(1.25);
});

it.each([
  ['a rate of 0', 0, 2],
  ['no rate', Number.NaN, 2],
  ['a rate of megahertz', 5_000_000, 2],
  ['200 channels', 44_100, 200],
])('%s is refused', (_, sampleRate, channels) => {
  const sound = { sampleRate, channels: Array.from({ length: channels }, () => new Float32Array(1)) };
  expect(() => new LoudnessMeter('wave').add(sound)).toThrow(RangeError);
});

describe('a histogram', () => {
  const energies = fc.array(fc.double({ min: 1e-9, max: 1000, noNaN: true }), { maxLength: 300 });
  const histogramOf = (values: number[]) => {
    const histogram = new LoudnessHistogram();
    for (const value of values) histogram.add(value);
    return histogram;
  };

  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(energies, (values) => {
        const bytes = histogramOf(values).encode();
        const back = LoudnessHistogram.decode(bytes);
        expect(back.encode()).toEqual(bytes);
        expect(back.integrated()).toBe(histogramOf(values).integrated());
      }),
    );
  });

  it('of several tracks is that of all their blocks', () => {
    fc.assert(
      fc.property(energies, energies, (a, b) => {
        const both = histogramOf(a);
        both.addAll(histogramOf(b));
        expect(both.encode()).toEqual(histogramOf([...a, ...b]).encode());
      }),
    );
  });

  it('takes any bytes without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          LoudnessHistogram.decode(bytes).integrated();
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
