import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { byteAt } from '@/lib/assets/seek/points';
import type { Manifest } from '@/lib/contracts/manifest';
import { playsEveryFormat } from './player/every-format';
import { playsWithoutGaps } from './player/gapless';
import { pieces } from './player/music';
import { openTab } from './player/tab';
import { sharedChromium } from './shared';

let chromium: Browser;
beforeAll(async () => {
  chromium = await sharedChromium();
});
afterAll(() => chromium?.disconnect());

describe('Chromium', () => {
  const harness = playsEveryFormat(() => chromium, { silent: false });
  playsWithoutGaps(() => chromium);

  it.each(pieces.filter(({ mime }) => mime !== 'audio/wav'))(
    '$name sounds with its first second there and no more',
    async (piece) => {
      const tab = await openTab(chromium, harness(), false);
      const manifest = await tab.get<Manifest>(`harness.manifest('${piece.name}')`);
      const chunkAt = (byte: number) => Math.floor(byte / manifest.chunkSize);
      const last = chunkAt(byteAt(manifest, 1));
      const first = chunkAt(manifest.seek.header.length === 0 ? 0 : byteAt(manifest, 0));
      const sounding = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      await tab.get(`harness.only(${JSON.stringify([...manifest.seek.header.map(chunkAt), ...sounding])})`);
      await tab.play(piece);
      // On a slow machine the second is over before anybody looks: where the playhead stands then says the same.
      await tab.page.waitForFunction('harness.audio.currentTime >= 0.1');
      await tab.close();
    },
  );

  it('tells how long it is from the press to the sound', async () => {
    const rows: string[] = [];
    const tab = await openTab(chromium, harness(), false);
    for (const { name, mime } of pieces) {
      const ms: number[] = [];
      for (let i = 0; i < 4; i++) ms.push(await tab.get<number>(`harness.pressToSound('${name}', '${mime}')`));
      const [first = 0, ...later] = ms;
      const median = later.sort((a, b) => a - b)[1] ?? 0;
      rows.push(`${name.padEnd(14)} first ${first.toFixed(0)} ms, then ${median.toFixed(0)} ms`);
    }
    await tab.close();
    console.log(rows.join('\n'));
  });
});
