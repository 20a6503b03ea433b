/** A hue of the cover for the background of the open player. Its lightness is the theme's own, so that text stays as readable as on paper. */

/** Edge of the picture that is looked at, pixels: enough for its colours. */
export const LOOKED_AT_PX = 24;
/** Of OKLCH. Below this a colour is grey. */
const GREY_BELOW = 0.04;
/** Of the picture's pixels, so many must have a colour. */
const LEAST_SHARE = 0.04;
const BINS = 24;

/** Of the background, from the paper's lightness: a little darker than light paper, a little lighter than dark paper. OKLCH. */
export const TINT = { scale: 0.9, add: 0.08, chroma: 0.05 } as const;

/** CSS for a colour of this hue, in degrees. */
export const tintOf = (hue: number) =>
  `oklch(from var(--paper) calc(l * ${TINT.scale} + ${TINT.add}) ${TINT.chroma} ${Math.round(hue)})`;

/**
 * The hue that stands out most, in degrees of OKLCH.
 * @param pixels RGBA, as a canvas has them
 * @returns null for a picture without colours
 */
export function hueOf(pixels: Uint8ClampedArray): number | null {
  const bins = Array.from({ length: BINS }, () => ({ weight: 0, a: 0, b: 0 }));
  let coloured = 0;
  for (let i = 0; i + 3 < pixels.length; i += 4) {
    if ((pixels[i + 3] ?? 0) < 128) continue;
    const { a, b } = oklabOf(pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0);
    const chroma = Math.hypot(a, b);
    if (chroma < GREY_BELOW) continue;
    coloured++;
    const bin = bins[Math.floor((degrees(a, b) / 360) * BINS) % BINS];
    if (bin === undefined) continue;
    bin.weight += chroma;
    bin.a += a;
    bin.b += b;
  }
  if (coloured <= (pixels.length / 4) * LEAST_SHARE) return null;
  const { a, b } = bins.reduce((best, bin) => (bin.weight > best.weight ? bin : best));
  return degrees(a, b);
}

function degrees(a: number, b: number): number {
  return ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
}

/** Björn Ottosson's Oklab, from 8-bit sRGB; without the lightness. */
function oklabOf(red: number, green: number, blue: number): { a: number; b: number } {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

function linear(byte: number): number {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}
