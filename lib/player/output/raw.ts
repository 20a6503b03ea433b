import { decodingStart } from '@/lib/assets/seek/points';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import { ChunkReader } from './chunk-reader';
import type { Bytes, Segment, Segments } from './segments';

/** Chromium drops what the decoder of layer III is late by, after each reset, and shows the rest so much earlier (measured: 529 samples). */
const DECODER_DELAY_SAMPLES = 529;

/**
 * Sound as it is, for a browser whose SourceBuffer takes the file's own MIME type (MP3 in Chromium): from a frame of the seek index (which
 * leaves tags and the Xing frame out), chunk by chunk. Such a SourceBuffer counts time by itself, from the timestampOffset on.
 */
export function rawSegments(mime: string, bytes: Bytes, file: ManifestHeader): Segments {
  return {
    mime,
    durationS: file.durationS,
    async *start(timeS, signal): AsyncIterable<Segment> {
      const reader = new ChunkReader(bytes, file, signal);
      const point = decodingStart(file, timeS);
      const startS = point.timeS + (file.priming ? DECODER_DELAY_SAMPLES / file.sampleRate : 0);
      let from = point.byte;
      while (from < file.seek.endAudio) {
        const to = Math.min((Math.floor(from / file.chunkSize) + 1) * file.chunkSize, file.seek.endAudio);
        const data = await reader.read(from, to);
        yield from === point.byte ? { data, timestampOffset: startS } : { data };
        from = to;
      }
    },
  };
}
