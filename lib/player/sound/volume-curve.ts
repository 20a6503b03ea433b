/**
 * The slider's place and the amplitude it stands for. The ear hears ratios: an amplitude that is proportional to the place does nearly all of
 * its work in the lowest tenth. The cube is within 3 dB of a scale in decibels over the upper 40 dB, and ends in true silence.
 */

const EXPONENT = 3;
const clamped = (value: number) => Math.min(1, Math.max(0, value));

/** @param volume place of the slider, 0 to 1 @returns amplitude, 0 to 1: half way is -18 dB */
export function amplitudeOf(volume: number): number {
  return clamped(volume) ** EXPONENT;
}

/** The place of the slider that is as loud as this amplitude. */
export function volumeOf(amplitude: number): number {
  return clamped(amplitude) ** (1 / EXPONENT);
}
