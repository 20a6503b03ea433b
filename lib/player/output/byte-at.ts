/** From seconds to bytes of a file, roughly: what the swarm's policy needs to know of where playback is. */
import type { ManifestHeader } from '@/lib/contracts/manifest';

type Indexed = Pick<ManifestHeader, 'durationS' | 'seek'>;

/** Byte that sounds at a time: linear between the seek points around it, or over the whole where there are none. */
export function byteAt({ durationS, seek }: Indexed, timeS: number): number {
  const { points, firstAudio, endAudio } = seek;
  const timeMs = timeS * 1000;
  let from = { ms: 0, byte: firstAudio };
  let to = { ms: durationS * 1000, byte: endAudio };
  for (let i = 0; i + 1 < points.length; i += 2) {
    const point = { ms: points[i] ?? 0, byte: points[i + 1] ?? 0 };
    if (point.ms > timeMs) {
      to = point;
      break;
    }
    from = point;
  }
  const share = to.ms > from.ms ? (timeMs - from.ms) / (to.ms - from.ms) : 0;
  return Math.round(from.byte + Math.min(1, Math.max(0, share)) * (to.byte - from.byte));
}

/** Mean bytes of sound a second; at least 1. */
export function meanBytesPerSecond({ durationS, seek }: Indexed): number {
  return Math.max(1, (seek.endAudio - seek.firstAudio) / Math.max(durationS, 0.001));
}
