/**
 * Every format in a real browser: it plays from its start and, after a jump, from there, having read of the file only what a
 * decoder needs first and what it plays.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { byteAt } from '@/lib/assets/seek/points';
import type { Manifest } from '@/lib/contracts/manifest';
import { makeMusic, pieces } from './music';
import { type HarnessServer, serveHarness } from './server';
import { openTab } from './tab';

const JUMP_S = 90.2;
/** What the player keeps ahead; the chunk in its hand and the one read ahead come on top. */
const AHEAD_S = 31;
const CHUNKS_IN_HAND = 2;
const SEEK_POINT_S = 2;

/**
 * Declares the tests.
 * @param launched once they run
 * @param silent without a sound device Firefox plays what is muted, and nothing else
 * @returns where the harness is, once they run
 */
export function playsEveryFormat(launched: () => Browser, { silent }: { silent: boolean }): () => string {
  let folder: string;
  let server: HarnessServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'enxame-formats-'));
    await makeMusic(folder);
    server = await serveHarness(folder);
  });
  afterAll(async () => {
    await server?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it.each(pieces)('$name plays from its start and from a jump', async (piece) => {
    const tab = await openTab(launched(), server.url, silent);
    // The analyser is there before the first sound.
    if (!silent) await tab.get('harness.pitchHz()');
    await tab.play(piece);
    await tab.playsAt(0.5);
    if (!silent) await tab.soundsInPlace();
    const plain = piece.mime === 'audio/wav';
    expect(await tab.state()).toMatchObject({ route: plain ? 'plain' : 'swarm', noSharing: plain ? 'format' : null });

    const leftS = await tab.jump(JUMP_S);
    await tab.playsAt(JUMP_S + 0.4);
    if (!silent) await tab.soundsInPlace();
    expect((await tab.state()).error).toBeNull();
    // Fragments join without a gap.
    if (!plain) expect(await tab.get('harness.audio.buffered.length')).toBe(1);

    const manifest = await tab.get<Manifest>(`harness.manifest('${piece.name}')`);
    const chunkAt = (timeS: number) => Math.floor(byteAt(manifest, timeS) / manifest.chunkSize);
    const headerChunks = manifest.seek.header.map((byte) => Math.floor(byte / manifest.chunkSize));
    const needless = (await tab.get<number[]>('harness.chunks()')).filter(
      (n) =>
        n > chunkAt(leftS + AHEAD_S) + CHUNKS_IN_HAND &&
        n < chunkAt(JUMP_S - SEEK_POINT_S) &&
        !headerChunks.includes(n),
    );
    expect(needless).toEqual([]);
    await tab.close();
  });

  it('ends, and says so', async () => {
    const tab = await openTab(launched(), server.url, silent);
    await tab.play({ name: 'cbr.mp3', mime: 'audio/mpeg' });
    await tab.playsAt(0.1);
    await tab.get('harness.player.seek(119)');
    await tab.is('ended');
    expect(await tab.get('harness.events.map((event) => event.type)')).toEqual(['started', 'finished']);
    await tab.close();
  });

  return () => server.url;
}
