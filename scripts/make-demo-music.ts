/** Makes demo-music/ anew: `npm run demo-music`. Needs ffmpeg; takes about a minute. The same seeds make the same music. */
import { stat } from 'node:fs/promises';
import { makeCover } from './demo-music/cover';
import { encode } from './demo-music/encode';
import { pieces } from './demo-music/pieces/all';

for (const piece of pieces) {
  const startedAt = Date.now();
  const mix = piece.render();
  const file = await encode(piece, mix, await makeCover(piece.album), 'demo-music');
  const kilobytes = Math.round((await stat(file)).size / 1000);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${file}: ${mix.seconds.toFixed(0)} s of sound, ${kilobytes} kB, made in ${seconds} s`);
}
