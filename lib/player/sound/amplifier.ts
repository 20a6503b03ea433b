/** Makes an audio element louder than it is, which its own volume cannot. */
export interface Amplifier {
  /** @param factor 1 or more */
  set(factor: number): void;
}

/**
 * Puts the element through Web Audio, which it cannot leave again: so this is done only when something is to be amplified for the first
 * time, and only once the browser runs the audio context. A context that the browser holds back would silence the element.
 * @returns null where the browser has no Web Audio or does not let it run now; the caller may ask again
 */
export async function amplify(audio: HTMLAudioElement): Promise<Amplifier | null> {
  if (typeof AudioContext === 'undefined') return null;
  // Latency is of no matter here, and large buffers cost the least.
  const context = new AudioContext({ latencyHint: 'playback' });
  await Promise.race([context.resume().catch(() => {}), new Promise((resolve) => setTimeout(resolve, RESUME_MS))]);
  if (context.state !== 'running') {
    await context.close();
    return null;
  }
  const gain = context.createGain();
  context.createMediaElementSource(audio).connect(gain).connect(context.destination);
  const resume = () => {
    if (context.state !== 'running' && !audio.paused) void context.resume().catch(() => {});
  };
  // A telephone call and the like interrupt the context.
  context.addEventListener('statechange', resume);
  audio.addEventListener('play', resume);
  return {
    set(factor) {
      gain.gain.value = factor;
    },
  };
}

/** A browser that wants a touch of the page first never answers (ms). */
const RESUME_MS = 1_000;

/** On iPhones the volume belongs to the keys of the device: what a page sets is ignored. */
export function volumeIsFixed(audio: HTMLAudioElement): boolean {
  const before = audio.volume;
  const probe = before > 0.5 ? 0.25 : 0.75;
  audio.volume = probe;
  const fixed = audio.volume !== probe;
  audio.volume = before;
  return fixed;
}
