/** Whether a file is sent as it is or converted, and to what. Pure. */

export const CONVERTED_FORMATS = ['mp3', 'opus'] as const;
export type ConvertedFormat = (typeof CONVERTED_FORMATS)[number];

/** What a file is converted to. */
export interface Target {
  format: ConvertedFormat;
  /** kbit/s */
  bitRate: number;
}

/** What an app asks for. */
export interface Wanted {
  /** Ending of a file's name; `raw`: as it is. */
  format?: string | undefined;
  /** kbit/s; 0 or absent: any. */
  maxBitRate?: number | undefined;
}

/** The file that there is. */
export interface Source {
  /** Ending of its name. */
  suffix: string;
  /** kbit/s */
  bitRate: number;
}

/** What MPEG-1 layer III has (ISO 11172-3, table 2.4.2.3), kbit/s. */
const MP3_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/** libopus takes 6 to 256 kbit/s a channel; below 32 music is no pleasure, above 256 nothing is gained. */
const OPUS_RATES = { least: 32, most: 256 };
/** Where the app names no bit rate: transparent to nearly all ears. */
const USUAL: Record<ConvertedFormat, number> = { mp3: 192, opus: 128 };
/** Of a format that is not ours to make, or none: what every app plays. */
const PLAYED_BY_ALL: ConvertedFormat = 'mp3';
const NAMES: Record<string, ConvertedFormat> = { mp3: 'mp3', opus: 'opus', ogg: 'opus', oga: 'opus' };

/** @returns null: the file as it is */
export function planConversion({ format, maxBitRate = 0 }: Wanted, source: Source): Target | null {
  if (format === 'raw') return null;
  const isTooFast = maxBitRate > 0 && source.bitRate > maxBitRate;
  const named = NAMES[format?.toLowerCase() ?? ''];
  const isOther = named !== undefined && format?.toLowerCase() !== source.suffix;
  if (!isTooFast && !isOther) return null;
  const target = named ?? PLAYED_BY_ALL;
  // More than the source has makes nothing better.
  const most = Math.min(maxBitRate > 0 ? maxBitRate : USUAL[target], Math.max(source.bitRate, OPUS_RATES.least));
  return { format: target, bitRate: rateOf(target, most) };
}

function rateOf(format: ConvertedFormat, most: number): number {
  if (format === 'opus') return Math.round(Math.min(OPUS_RATES.most, Math.max(OPUS_RATES.least, most)));
  return MP3_RATES.findLast((rate) => rate <= most) ?? (MP3_RATES[0] as number);
}

/** Bytes that the conversion of so many seconds takes at most, but for odd files: headers and all. */
export function estimateBytes({ format, bitRate }: Target, durationS: number): number {
  const bytesPerS = (bitRate * 1000) / 8;
  // Opus' bit rate is an average that short pieces exceed; Ogg adds a few bytes to each packet.
  return Math.ceil(format === 'mp3' ? bytesPerS * (durationS + 0.1) + 2_048 : bytesPerS * durationS * 1.1 + 16_384);
}
