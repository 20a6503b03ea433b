/** There is no decoder for this codec; the message names it. */
export class NoDecoder extends Error {
  override readonly name = 'NoDecoder';
}

/** AAC where there is no ffmpeg: that may change. */
export const NEEDS_FFMPEG = 'AAC, which needs ffmpeg';

/** A sentence. */
export function noDecoderFor(codec: string): string {
  return `There is no decoder here for this codec (${codec}).`;
}
