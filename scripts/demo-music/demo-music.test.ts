import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseFile } from 'music-metadata';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSeekIndex } from '@/lib/assets/seek/build';
import { makeRandom } from '@/lib/util/random';
import { master } from './effects';
import { pieces } from './pieces/all';
import { Mix, render } from './sound';

const MAX_BYTES = 6_000_000;

describe('the bundled music', () => {
  let files: string[];

  beforeAll(async () => {
    const entries = await readdir('demo-music', { recursive: true, withFileTypes: true });
    files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });

  it('is small, and there is a file of every piece', async () => {
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_BYTES);
    const expected = pieces.map(({ album, file, format }) => join('demo-music', album, `${file}.${format}`));
    expect(files).toEqual(expect.arrayContaining(expected));
    expect(new Set(files.map((file) => extname(file)))).toEqual(
      new Set(['.mp3', '.flac', '.ogg', '.opus', '.m4a', '.md']),
    );
  });

  it.each(pieces)('$title plays for a minute and more, and says what it is', async (piece) => {
    const path = join('demo-music', piece.album, `${piece.file}.${piece.format}`);
    const bytes = await readFile(path);
    const index = await buildSeekIndex({
      size: bytes.length,
      read: async (start, end) => bytes.subarray(start, end),
    });
    expect(index.durationS).toBeGreaterThanOrEqual(60);
    expect(index.durationS).toBeLessThanOrEqual(100);
    expect(index.channels).toBe(2);
    const { common } = await parseFile(path);
    expect(common).toMatchObject({ title: piece.title, album: piece.album, artist: 'Enxame', year: 2026 });
    expect(common.track.no).toBe(piece.trackNo);
    expect(common.picture?.[0]?.format).toBe('image/jpeg');
  });
});

describe('the synthesiser', () => {
  it('makes the same each time', () => {
    const [a, b] = [makeRandom(7), makeRandom(7)];
    const first = Array.from({ length: 100 }, a);
    expect(Array.from({ length: 100 }, b)).toEqual(first);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...first)).toBeLessThan(1);
  });

  it('masters anything to just below full scale, with silence at the very end', () => {
    for (const gain of [0.001, 1, 50]) {
      const mix = new Mix(1);
      mix.add(
        0,
        render(1, (timeS) => Math.sin(timeS * 2000)),
        { gain, pan: -0.4 },
      );
      const { left, right } = master(mix, { fadeOutS: 0.3 });
      const peak = Math.max(...left.map(Math.abs), ...right.map(Math.abs));
      expect(peak).toBeLessThan(0.9);
      expect(peak).toBeGreaterThan(0.7);
      expect(Math.abs(left.at(-1) ?? 1)).toBeLessThan(0.001);
    }
  });
});
