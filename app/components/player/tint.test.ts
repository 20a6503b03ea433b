import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hueOf, TINT, tintOf } from './tint';

type Rgb = readonly [number, number, number];
const pixels = (...colours: (readonly [...Rgb, number?])[]) =>
  new Uint8ClampedArray(colours.flatMap(([r, g, b, alpha = 255]) => [r, g, b, alpha]));
const many = <T>(n: number, value: T): T[] => Array(n).fill(value);

describe('the hue of a cover', () => {
  it.each<[string, Uint8ClampedArray, number | null]>([
    ['red', pixels(...many(9, [255, 0, 0] as const)), 29],
    ['green', pixels(...many(9, [0, 255, 0] as const)), 142],
    ['blue', pixels(...many(9, [0, 0, 255] as const)), 264],
    ['grey, white and black', pixels([128, 128, 128], [255, 255, 255], [0, 0, 0]), null],
    ['grey with a blue spot', pixels(...many(9, [90, 90, 90] as const), [20, 20, 220]), 268],
    ['a hint of colour in a grey picture', pixels(...many(99, [90, 90, 90] as const), [255, 0, 0]), null],
    ['more of the strong colour', pixels(...many(6, [200, 190, 150] as const), ...many(5, [255, 0, 0] as const)), 29],
    ['what is transparent does not count', pixels([255, 0, 0, 0], [0, 0, 255]), 264],
    ['no picture', pixels(), null],
  ])('%s', (_, picture, hue) => {
    const found = hueOf(picture);
    if (hue === null) expect(found).toBeNull();
    else expect(Math.abs((found ?? -99) - hue)).toBeLessThan(3);
  });
});

describe('text on a tinted background', () => {
  const css = readFileSync('app/globals.css', 'utf8');
  const themes = [/:root \{([^}]*)\}/, /\.hive,\s*:root\[data-theme="dark"\] \{([^}]*)\}/].map(
    (block) => block.exec(css)?.[1] ?? '',
  );
  const colour = (theme: string, name: string): Rgb => {
    const [, l, c, h] = new RegExp(`--${name}: oklch\\(([\\d.]+) ([\\d.]+) ([\\d.]+)\\)`).exec(theme) ?? [];
    return rgbOf(Number(l), Number(c), Number(h));
  };

  it.each(['light', 'dark'])('has enough contrast in the %s theme, whatever the hue', (name) => {
    const theme = themes[name === 'light' ? 0 : 1] ?? '';
    const paper = Number(/--paper: oklch\(([\d.]+)/.exec(theme)?.[1]);
    for (let hue = 0; hue < 360; hue += 5) {
      const tint = rgbOf(paper * TINT.scale + TINT.add, TINT.chroma, hue);
      for (const text of ['ink', 'ink-soft', 'accent'])
        expect(contrast(colour(theme, text), tint), `${text} at ${hue}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is what the style sheet makes of the constants', () => {
    expect(tintOf(29.4)).toBe('oklch(from var(--paper) calc(l * 0.9 + 0.08) 0.05 29)');
  });
});

/** Linear sRGB of OKLCH, cut to what a screen shows. */
function rgbOf(lightness: number, chroma: number, hue: number): Rgb {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** As WCAG 2 has it. */
function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, bright = 0] = [one, other]
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}
