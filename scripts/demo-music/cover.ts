import sharp from 'sharp';
import { makeRandom } from '@/lib/util/random';

const SIZE_PX = 600;
const CELL_PX = 62;

/** Ground, and the colours of cells, per album. */
const PALETTES: Record<string, { seed: number; ground: string; cells: string[] }> = {
  Colmeia: { seed: 4, ground: '#2b1708', cells: ['#f7b733', '#f08a24', '#ffd977', '#c85a17', '#7a3b10'] },
  'Quiet Hive': { seed: 9, ground: '#0d1426', cells: ['#2c4a7c', '#5f86b8', '#1b2d52', '#a9c4e0', '#3c3566'] },
};

/** A honeycomb in the album's colours. No letters, so that no font of the machine shows. @returns JPEG */
export function makeCover(album: string): Promise<Buffer> {
  const palette = PALETTES[album];
  if (palette === undefined) throw new Error(`no palette for ${album}`);
  const random = makeRandom(palette.seed);
  const cells: string[] = [];
  const [stepX, stepY] = [CELL_PX * Math.sqrt(3), CELL_PX * 1.5];
  for (let row = -1; row * stepY < SIZE_PX + CELL_PX; row++) {
    for (let column = -1; column * stepX < SIZE_PX + stepX; column++) {
      const x = column * stepX + (row % 2 === 0 ? 0 : stepX / 2);
      const distance = Math.hypot(x - SIZE_PX * 0.62, row * stepY - SIZE_PX * 0.4) / SIZE_PX;
      if (random() < distance * 0.9 - 0.1) continue;
      const colour = palette.cells[Math.floor(random() * palette.cells.length)] ?? palette.ground;
      const opacity = Math.max(0.12, 1 - distance * 1.15 + (random() - 0.5) * 0.25);
      cells.push(
        `<polygon points="${hexagon(x, row * stepY, CELL_PX * 0.92)}" fill="${colour}" opacity="${opacity.toFixed(2)}"/>`,
      );
    }
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE_PX}" height="${SIZE_PX}">
    <rect width="100%" height="100%" fill="${palette.ground}"/>${cells.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 78, mozjpeg: true }).toBuffer();
}

function hexagon(x: number, y: number, radius: number): string {
  return Array.from({ length: 6 }, (_, i) => {
    const angle = (Math.PI / 3) * (i + 0.5);
    return `${(x + radius * Math.cos(angle)).toFixed(1)},${(y + radius * Math.sin(angle)).toFixed(1)}`;
  }).join(' ');
}
