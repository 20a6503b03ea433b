import { describe, expect, it } from 'vitest';
import { albumOf, gainOf, type Measured, saysEnough } from './gains';
import { LoudnessHistogram } from './histogram';
import { gainOfTags, type NativeTags } from './tags';

const vorbis = (tags: Record<string, unknown>): NativeTags => ({
  vorbis: Object.entries(tags).map(([id, value]) => ({ id, value })),
});

describe('gains in tags', () => {
  it.each<[string, NativeTags, object]>([
    [
      'Vorbis comments',
      vorbis({
        REPLAYGAIN_TRACK_GAIN: '-7.54 dB',
        REPLAYGAIN_TRACK_PEAK: '0.988547',
        REPLAYGAIN_ALBUM_GAIN: '+1.20 dB',
        REPLAYGAIN_ALBUM_PEAK: '1.02',
      }),
      { trackDb: -7.54, trackPeak: 0.9885, albumDb: 1.2, albumPeak: 1.02 },
    ],
    [
      'ID3, in small letters',
      { 'ID3v2.3': [{ id: 'TXXX:replaygain_track_gain', value: '-6.1 dB' }] },
      { trackDb: -6.1 },
    ],
    ['MP4', { iTunes: [{ id: '----:com.apple.iTunes:replaygain_album_gain', value: '-3.00 dB' }] }, { albumDb: -3 }],
    ['APE', { APEv2: [{ id: 'REPLAYGAIN_TRACK_PEAK', value: '0.5' }] }, { trackPeak: 0.5 }],
    [
      'a value that is an object',
      { 'ID3v2.4': [{ id: 'TXXX:REPLAYGAIN_TRACK_GAIN', value: { text: '-2 dB' } }] },
      { trackDb: -2 },
    ],
    ['no space', vorbis({ REPLAYGAIN_TRACK_GAIN: '-7.54dB' }), { trackDb: -7.54 }],
    ['no unit', vorbis({ REPLAYGAIN_TRACK_GAIN: '-7.54' }), { trackDb: -7.54 }],
    ['a comma', vorbis({ REPLAYGAIN_TRACK_GAIN: '-7,54 dB' }), { trackDb: -7.54 }],
    ['R128: 0 is -23 LUFS', vorbis({ R128_TRACK_GAIN: '0', R128_ALBUM_GAIN: '-512' }), { trackDb: 5, albumDb: 3 }],
    ['R128 before ReplayGain', vorbis({ R128_TRACK_GAIN: '256', REPLAYGAIN_TRACK_GAIN: '-9 dB' }), { trackDb: 6 }],
    [
      'the first of two',
      {
        a: [{ id: 'REPLAYGAIN_TRACK_GAIN', value: '-1 dB' }],
        b: [{ id: 'TXXX:REPLAYGAIN_TRACK_GAIN', value: '-2 dB' }],
      },
      { trackDb: -1 },
    ],
    ['a gain beyond all reason', vorbis({ REPLAYGAIN_TRACK_GAIN: '-400 dB' }), {}],
    ['words', vorbis({ REPLAYGAIN_TRACK_GAIN: 'loud', REPLAYGAIN_TRACK_PEAK: 'NaN', R128_TRACK_GAIN: '1e9' }), {}],
    ['a peak of nothing', vorbis({ REPLAYGAIN_TRACK_PEAK: '0.000000' }), {}],
    ['no strings', vorbis({ REPLAYGAIN_TRACK_GAIN: null, REPLAYGAIN_TRACK_PEAK: [], R128_TRACK_GAIN: {} }), {}],
    ['nothing', {}, {}],
  ])('%s', (_, native, expected) => {
    expect(gainOfTags(native)).toEqual(expected);
  });
});

/** A track of one loudness. @param blocks how long it is */
function constant(lufs: number, blocks: number, peak: number): Measured {
  const histogram = new LoudnessHistogram();
  // In the middle of a bin of 0.1 LU.
  for (let i = 0; i < blocks; i++) histogram.add(10 ** ((lufs + 0.05 + 0.691) / 10));
  return { histogram, peak };
}

describe('gains', () => {
  const loud = constant(-8, 100, 0.99);
  const quiet = constant(-20, 100, 0.5);

  it('come from tags first, and from measuring where these say nothing', () => {
    const album = albumOf([loud, quiet, null]);
    expect(gainOf({ trackDb: -3, trackPeak: 0.7 }, loud, album)).toMatchObject({
      trackDb: -3,
      trackPeak: 0.7,
      albumPeak: 0.99,
    });
    expect(gainOf({}, loud, null)).toEqual({ trackDb: -10.05, trackPeak: 0.99 });
    expect(gainOf(null, quiet, null)).toEqual({ trackDb: 1.95, trackPeak: 0.5 });
  });

  it('of an album come from all of its sound, the longer track weighing more', () => {
    const albumDb = (tracks: (Measured | null)[]) => gainOf(null, loud, albumOf(tracks))?.albumDb ?? 0;
    expect(albumDb([loud])).toBe(-10.05);
    // The quiet half is below the relative gate and does not count.
    expect(albumDb([loud, constant(-24, 100, 0.5)])).toBe(-10.05);
    expect(albumDb([constant(-10, 100, 1), constant(-16, 300, 1)])).toBeCloseTo(-4.47, 1);
  });

  it.each([
    ['silence', { histogram: new LoudnessHistogram(), peak: 0 }],
    ['what was not measured', null],
  ])('are not made up for %s', (_, track) => {
    expect(gainOf(null, track, albumOf([track]))).toBeNull();
    expect(gainOf({ trackPeak: 1 }, track, null)).toBeNull();
  });

  it('do not make what is hardly there loud', () => {
    expect(gainOf(null, constant(-65, 50, 0.001), null)?.trackDb).toBe(24);
  });

  it.each([
    [{ trackDb: -1, albumDb: -2 }, true],
    [{ trackDb: -1, trackPeak: 1 }, false],
    [{}, false],
  ])('tags %j spare the measuring: %s', (tagged, expected) => {
    expect(saysEnough(tagged)).toBe(expected);
  });
});
