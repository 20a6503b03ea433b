/** Tracks that belong together sound as one: what a browser plays of a queue is recorded and compared with the sound they were cut from. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { compare, makeTracks, RATE_HZ, TRACKS } from './one-sound';
import { serveHarness } from './server';
import { openTab } from './tab';

const MAX_GAP_MS = 1;
/** A machine that is too slow to play leaves gaps inside of tracks: then nothing can be said of those between them. */
const ATTEMPTS_TO_RECORD = 3;

/** Declares the test. @param launched once it runs */
export function playsWithoutGaps(launched: () => Browser): void {
  it('plays a queue of every format as one sound', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'enxame-gapless-'));
    await makeTracks(folder);
    const server = await serveHarness(folder);
    try {
      let heard = await listen(server.url);
      for (let i = 1; heard.glitches > 0 && i < ATTEMPTS_TO_RECORD; i++) heard = await listen(server.url);
      const apart = heard.joins.filter(({ gapMs }) => gapMs === null || Math.abs(gapMs) > MAX_GAP_MS);
      expect(apart).toEqual([]);
      expect(heard.joins).toHaveLength(TRACKS.length - 1);
    } finally {
      await server.close();
      await rm(folder, { recursive: true });
    }
  });

  async function listen(url: string) {
    const tab = await openTab(launched(), url, false);
    const tracks = TRACKS.map(({ name, mime }) => ({ name, mime }));
    const recorded = await tab.get<string>(`harness.playThrough(${JSON.stringify(tracks)}, ${RATE_HZ})`);
    expect((await tab.state()).status).toBe('ended');
    // One element's source for all of them.
    expect(await tab.get('harness.opened.length')).toBe(TRACKS.length);
    await tab.close();
    const bytes = Buffer.from(recorded, 'base64');
    const heard = compare(new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4)));
    console.log(heard.joins.map(({ tracks, gapMs }) => `${tracks} ${gapMs?.toFixed(3) ?? 'not heard'} ms`).join('\n'));
    return heard;
  }
}
