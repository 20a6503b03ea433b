/** What the origin sends, by kind: its size, its headers, how it is read and how slowly it may be taken. */
import type { KeyObject } from 'node:crypto';
import { sealedSize } from '@/lib/assets/geometry';
import type { RpcResult } from '@/lib/contracts/rpc';
import type { MediaStore } from '@/lib/media-store/media-store';
import { readSealed } from '@/lib/sealing/read-sealed';
import type { Clock } from '@/lib/util/clock';
import { readSoundFirst, type SoundFirstWanted, soundFirstSize } from './first-bytes';
import { readPlain } from './read-plain';
import type { Content } from './reply';
import type { Wanted } from './routes';
import { checkFile, type Source } from './sources';

/**
 * A page's reader takes what it asked for as fast as it can: a chunk of 64 KiB within 15 s, at half the pace of the thinnest music
 * (64 kbit/s), with some seconds for a network that stalls.
 */
const SEALED_LEAST_BYTES_PER_S = 6_000;
const SEALED_STALL_MS = 4_000;
/** An `<audio>` element stops reading when it has enough, and goes on when it has played some. */
const PLAIN_STALL_MS = 60_000;
/** A version's bytes never change. What is sealed may lie in any cache: without its key it is noise. */
const SEALED_CACHE = 'public, max-age=31536000, immutable, no-transform';
const MANIFEST_CACHE = 'private, max-age=31536000, immutable, no-transform';
const PLAIN_CACHE = 'private, no-store';

export function createContents({
  media,
  signingKey,
  onSent,
  clock,
}: {
  media: Pick<MediaStore, 'open' | 'stat'>;
  signingKey: KeyObject;
  onSent: (bytes: number) => void;
  clock: Clock;
}) {
  const paced = {
    onSent,
    takesWithinMs: (bytes: number) => SEALED_STALL_MS + (bytes / SEALED_LEAST_BYTES_PER_S) * 1000,
    clock,
  };

  const sealedContent = (source: Source): Content => ({
    size: sealedSize(source.manifest),
    etag: `"${source.versionId}"`,
    headers: { 'content-type': 'application/octet-stream', 'cache-control': SEALED_CACHE },
    check: () => checkFile(media, source),
    read: async function* (range) {
      await checkFile(media, source);
      yield* readSealed(media, source, range);
    },
    ...paced,
  });

  const soundFirstContent = (source: Source, wanted: SoundFirstWanted): Content => ({
    ...sealedContent(source),
    size: soundFirstSize(source, wanted),
    etag: `"${source.versionId}-${Object.values(wanted).join('-')}"`,
    read: (range) => readSoundFirst(media, source, wanted, signingKey, range),
  });

  const manifestContent = (source: Source): Content => ({
    size: source.manifestBytes.length,
    etag: `"${source.manifestDigest}"`,
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': MANIFEST_CACHE,
      vary: 'origin, authorization',
    },
    check: async () => undefined,
    read: async function* (range) {
      yield source.manifestBytes.subarray(range.start, range.end);
    },
    ...paced,
  });

  const plainContent = (file: RpcResult<'catalog.plain'>): Content => ({
    size: file.size,
    etag: `"${file.versionId}"`,
    headers: { 'content-type': file.mime, 'cache-control': PLAIN_CACHE, 'x-content-type-options': 'nosniff' },
    check: async () => undefined,
    read: (range) => readPlain(media, file, range),
    ...paced,
    takesWithinMs: () => PLAIN_STALL_MS,
  });

  const contentOf = (route: Exclude<Wanted, { kind: 'plain' }>, source: Source): Content => {
    switch (route.kind) {
      case 'sealed':
        return sealedContent(source);
      case 'sound-first':
        return soundFirstContent(source, route.wanted);
      case 'manifest':
        return manifestContent(source);
    }
  };

  return {
    of: contentOf,
    plain: plainContent,
    /** How slowly plain files may be taken. */
    plainPace: { ...paced, takesWithinMs: () => PLAIN_STALL_MS },
  };
}
