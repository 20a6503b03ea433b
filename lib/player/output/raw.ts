import { frameIn, framePlace } from '@/lib/assets/seek/frame-place';
import { decodingStart, soundToBegin } from '@/lib/assets/seek/points';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import type { Bytes, Segment, Segments } from './segments';

/** Chromium drops what the decoder of layer III is late by, after each reset, and shows the rest so much earlier (measured: 529 samples). */
const DECODER_DELAY_SAMPLES = 529;

/**
 * Sound as it is, for a browser whose SourceBuffer takes the file's own MIME type (MP3 in Chromium): from a frame of the seek index (which
 * leaves tags and the Xing frame out) or one counted from there, first what sound needs to begin, then chunk by chunk. Such a SourceBuffer counts time by itself, from the timestampOffset on.
 */
export function rawSegments(mime: string, bytes: Bytes, file: ManifestHeader): Segments {
  return {
    mime,
    durationS: file.durationS,
    async *start(timeS, signal): AsyncIterable<Segment> {
      const delayS = file.priming ? DECODER_DELAY_SAMPLES / file.sampleRate : 0;
      const sound = soundToBegin(file, timeS);
      const place = framePlace(file, timeS);
      let from = 0;
      if (sound !== null && place !== null) {
        const data = await bytes.read(sound.start, sound.end, signal);
        const frame = frameIn(data, place.frameBytes);
        if (frame !== null) {
          yield { data: data.subarray(frame), timestampOffset: place.timeS + delayS };
          from = sound.end;
        }
      }
      const point = decodingStart(file, timeS);
      if (from === 0) from = point.byte;
      while (from < file.seek.endAudio) {
        const chunkEnd = (Math.floor(from / file.chunkSize) + 1) * file.chunkSize;
        // What sound needs may be here before the rest of its chunk.
        const to = Math.min(from === sound?.start ? sound.end : chunkEnd, file.seek.endAudio);
        const data = await bytes.read(from, to, signal);
        yield from === point.byte ? { data, timestampOffset: point.timeS + delayS } : { data };
        from = to;
      }
    },
  };
}
