import { errorFromResponse } from '@/lib/client/http-errors';
import { addressOf } from '@/lib/contracts/api/endpoint';
import { playback } from '@/lib/contracts/api/playback';
import { EnxameError } from '@/lib/contracts/errors';

/** One track in an audio element, as the plain file by Range: where the swarm, MSE or the format stands in the way. */
export class PlainOutput {
  /** Where the track begins on the element's clock. */
  readonly startS = 0;
  private readonly audio: HTMLAudioElement;

  /** @param startS where playing will begin */
  constructor(audio: HTMLAudioElement, url: string, startS: number) {
    this.audio = audio;
    audio.src = url;
    if (startS > 0) audio.currentTime = startS;
  }

  seek(timeS: number): void {
    this.audio.currentTime = timeS;
  }

  /** Nothing is held: the element lets go when it gets its next source. */
  close(): void {}
}

export function plainUrl(trackId: string, peerId: string): string {
  return addressOf(playback.stream, { params: { trackId }, query: { peer: peerId } });
}

/**
 * Why the plain route fails: an audio element does not say, so the first byte is asked for again.
 * @returns null when the server serves it after all
 */
export async function plainFailure(url: string, signal: AbortSignal): Promise<EnxameError | null> {
  const PROBE_TIMEOUT_MS = 10_000;
  try {
    const response = await fetch(url, {
      headers: { Range: 'bytes=0-0' },
      cache: 'no-store',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
    });
    if (response.ok) {
      await response.body?.cancel();
      return null;
    }
    return await errorFromResponse(response, 'gateway');
  } catch (cause) {
    return new EnxameError('unavailable', 'Could not reach the server.', { cause });
  }
}
