import { EnxameError, problem } from '@/lib/contracts/errors';

/** One track in an audio element, as the plain file by Range: where the swarm, MSE or the format stands in the way. */
export class PlainOutput {
  readonly #audio: HTMLAudioElement;

  /** @param startS where playing will begin */
  constructor(audio: HTMLAudioElement, url: string, startS: number) {
    this.#audio = audio;
    audio.src = url;
    if (startS > 0) audio.currentTime = startS;
  }

  seek(timeS: number): void {
    this.#audio.currentTime = timeS;
  }

  /** Nothing is held: the element lets go when it gets its next source. */
  close(): void {}
}

export function plainUrl(trackId: string, peerId: string): string {
  return `/api/stream/${encodeURIComponent(trackId)}?peer=${encodeURIComponent(peerId)}`;
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
    const told = problem.safeParse(await response.json().catch(() => null));
    if (told.success) return new EnxameError(told.data.code, told.data.detail ?? told.data.title);
    return new EnxameError('unavailable', `The server answered with status ${response.status}.`);
  } catch (cause) {
    return new EnxameError('unavailable', 'Could not reach the server.', { cause });
  }
}
