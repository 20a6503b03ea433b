import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import type { Track } from '@/lib/contracts/catalog';
import type { SwarmPeer } from '@/lib/swarm/api';
import { UsageError } from '../client/failures';
import { plain } from '../client/output';
import { readAtPace, readFast } from './reading';
import { mebi, type Telling } from './show';

export interface PlayOptions {
  fast: boolean;
  /** File to write the opened bytes to; null: nowhere. */
  out: string | null;
}

/** Fetches a track as a player would, and tells where its bytes came from. @throws {EnxameError} the refusal; the signal's reason */
export async function play(
  peer: SwarmPeer,
  track: Track,
  { fast, out }: PlayOptions,
  tell: Telling,
  signal: AbortSignal,
): Promise<void> {
  const asset = await peer.open(track.id, signal);
  const { size, durationS, chunks } = asset.manifest;
  const name = `${plain(track.title)} (${plain(track.artist)})`;
  const { id: trackId, title } = track;
  tell.event('opened', { trackId, title, version: asset.grant.versionId, size, durationS, chunks }, `${name}`);
  const stop = peer.subscribe(() => tell.state(peer.snapshot(), asset.sources()));
  const parts: Uint8Array[] = [];
  const hash = createHash('sha256');
  const take = (bytes: Uint8Array) => {
    hash.update(bytes);
    if (out !== null) parts.push(bytes);
  };
  try {
    const stalls = fast
      ? await readFast(asset, take, signal).then(() => 0)
      : (await readAtPace(asset, take, signal)).stalls;
    if (out !== null) await keepFile(out, parts);
    const bytes = asset.bytes();
    const { links } = peer.snapshot();
    tell.event(
      'played',
      {
        trackId,
        bytes,
        stalls,
        sha256: hash.digest('hex'),
        links: links.map(({ peer: of, sent, received }) => ({ peer: of, sent, received })),
      },
      `From peers ${mebi(bytes.peer)}, from the origin ${mebi(bytes.origin)}, from the cache ${mebi(bytes.cache)}; ${stalls} stalls.`,
    );
  } finally {
    stop();
    asset.close();
  }
}

async function keepFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  try {
    await writeFile(path, Buffer.concat(parts));
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw new UsageError(`${path} cannot be written (${(error as Error).message}). Choose another file with --out.`);
  }
}
