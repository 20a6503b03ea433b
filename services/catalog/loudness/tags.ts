/** ReplayGain and R128 as files' tags say them. */
import type { TrackGain } from '@/lib/contracts/catalog';

/** Tags of a file by the kind of tag, as music-metadata reads them, before it gives them common names. */
export type NativeTags = Readonly<Record<string, readonly { id: string; value: unknown }[]>>;

/** R128 aims at -23 LUFS, ReplayGain 2 at -18: the same file has a gain 5 dB higher (RFC 7845, section 5.2.1). */
const R128_TO_REPLAYGAIN_DB = 5;
/** R128 gains are in 1/256 dB. */
const R128_UNITS_A_DB = 256;
/** What ReplayGain's own format can say; anything else is a mistake (dB). */
const LARGEST_GAIN_DB = 51;
/** Far above what decoding a loud file can give. */
const LARGEST_PEAK = 32;

/** `-7.54 dB`, `-7.54dB`, `-7,54`, `+3.10 DB`. */
const DECIBELS = /^\s*([+-]?\d+(?:[.,]\d+)?)\s*(?:db)?\s*$/i;
const WHOLE = /^\s*([+-]?\d{1,6})\s*$/;

/**
 * The gains that a file's tags hold; what they do not hold, or hold in a way that makes no sense, is left out. ID3 (`TXXX`), Vorbis
 * comments, APE and MP4 (`----:com.apple.iTunes`) use the same names, in either case. R128 tags come first: only Opus has them, and there
 * ReplayGain's must not be used.
 */
export function gainOfTags(native: NativeTags): TrackGain {
  const values = new Map<string, string>();
  for (const { id, value } of Object.values(native).flat()) {
    const name = id.slice(id.lastIndexOf(':') + 1).toLowerCase();
    const text = textOf(value);
    if (text !== null && !values.has(name)) values.set(name, text);
  }
  const gain = {
    trackDb: r128(values.get('r128_track_gain')) ?? decibels(values.get('replaygain_track_gain')),
    trackPeak: peak(values.get('replaygain_track_peak')),
    albumDb: r128(values.get('r128_album_gain')) ?? decibels(values.get('replaygain_album_gain')),
    albumPeak: peak(values.get('replaygain_album_peak')),
  };
  return withoutGaps(gain);
}

/** The same without what is null, and rounded to what can be heard and displayed. */
export function withoutGaps(gain: { [K in keyof TrackGain]-?: number | null }): TrackGain {
  const said = Object.entries(gain).filter((entry): entry is [keyof TrackGain, number] => entry[1] !== null);
  return Object.fromEntries(said.map(([name, value]) => [name, round(value, name.endsWith('Db') ? 2 : 4)]));
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  // What music-metadata makes of an ID3 `TXXX` frame in some versions.
  if (typeof value === 'object' && value !== null && 'text' in value) return textOf(value.text);
  return null;
}

function decibels(text: string | undefined): number | null {
  const value = Number.parseFloat(DECIBELS.exec(text ?? '')?.[1]?.replace(',', '.') ?? '');
  return Math.abs(value) <= LARGEST_GAIN_DB ? value : null;
}

function r128(text: string | undefined): number | null {
  const value = Number.parseInt(WHOLE.exec(text ?? '')?.[1] ?? '', 10) / R128_UNITS_A_DB + R128_TO_REPLAYGAIN_DB;
  return Math.abs(value) <= LARGEST_GAIN_DB ? value : null;
}

function peak(text: string | undefined): number | null {
  const value = Number.parseFloat(text?.replace(',', '.') ?? '');
  return value > 0 && value <= LARGEST_PEAK ? value : null;
}
