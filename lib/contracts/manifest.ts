/**
 * Binary form of a manifest: what each sealed chunk must hash to, and where things are in the plain file.
 *
 *     magic 'EXM1' (4) | header length u32 BE | header JSON UTF-8 | SHA-256 of each sealed chunk (32 × chunks) | Ed25519 signature (64)
 *
 * The signature covers everything before it. Sizes are bytes of the plain file unless said otherwise.
 */
import * as z from 'zod/mini';
import { MAX_CHUNKS } from './fields';
import { id } from './ids';

export const HASH_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** A seek index has at most this many points: one a second for an hour, coarser for longer files. */
export const MAX_SEEK_POINTS = 4096;
/** Far more than any encoder's delay: Opus allows 65,535 samples, LAME 4,095. */
export const MAX_PRIMING = 1_000_000;
const MAX_HEADER_BYTES = 256 * 1024;
const MAGIC = 0x45584d31;

/**
 * Where a jump may start. `points` are pairs flattened: time in milliseconds, byte at which a frame (MP3, FLAC) or page (Ogg)
 * begins that plays from that time; ascending; the first is the first audio. MP4 and WAV have no points: their own header is exact.
 */
export const seekIndex = z.object({
  /** Byte ranges, half-open, that a decoder needs before any audio (ID3 and pictures left out), flattened pairs. */
  header: z.array(z.int().check(z.gte(0))).check(z.maxLength(16)),
  /** First byte of sound. */
  firstAudio: z.int().check(z.gte(0)),
  /** Byte after the last of sound (ID3v1 and APE tags left out). */
  endAudio: z.int().check(z.gte(0)),
  points: z.array(z.int().check(z.gte(0))).check(z.maxLength(MAX_SEEK_POINTS * 2)),
});
export type SeekIndex = z.infer<typeof seekIndex>;

/** What an audio file is packed in. All else that is known of each is in lib/assets/formats.ts. */
export const CONTAINERS = ['mp3', 'flac', 'ogg', 'mp4', 'wav'] as const;
export type Container = (typeof CONTAINERS)[number];

const manifestHeader = z.object({
  version: id,
  size: z.int().check(z.gte(1)),
  /** Plain bytes of every chunk but the last. */
  chunkSize: z.int().check(z.gte(1024), z.lte(1_048_576)),
  mime: z.string().check(z.maxLength(100)),
  container: z.enum(CONTAINERS),
  /** RFC 6381 codec: mp3, flac, opus, vorbis, mp4a.40.2, alac, pcm … */
  codec: z.string().check(z.maxLength(50)),
  sampleRate: z.int(),
  channels: z.int(),
  bitsPerSample: z.nullable(z.int()),
  /** Of what is heard. */
  durationS: z.number(),
  /**
   * Samples that a plain decoder makes before the first one that is heard: the delay of the encoder, and of the decoder where that is
   * known. All times of a manifest count from the sample after them. Absent from manifests that were sealed before it was read: 0.
   */
  priming: z.optional(z.int().check(z.gte(0), z.lte(MAX_PRIMING))),
  seek: seekIndex,
});
export type ManifestHeader = z.infer<typeof manifestHeader>;

export interface Manifest extends ManifestHeader {
  chunks: number;
  /** `chunks` × 32 bytes. */
  hashes: Uint8Array;
}

/** Bytes as they are, where a message is no text. @param max how many */
export function bytesUpTo(max: number) {
  return z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= max);
}

/** A manifest that was decoded and checked already, as one tab of a browser gives it to another. */
export const manifest = z.extend(manifestHeader, {
  chunks: z.int().check(z.gte(1), z.lte(MAX_CHUNKS)),
  hashes: bytesUpTo(MAX_CHUNKS * HASH_BYTES),
});

/** Everything but the signature: what is signed. */
export function encodeManifestBody(manifest: Manifest): Uint8Array<ArrayBuffer> {
  const { chunks: _chunks, hashes, ...header } = manifest;
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + hashes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, json.length);
  bytes.set(json, 8);
  bytes.set(hashes, 8 + json.length);
  return bytes;
}

/** Bytes of a manifest before its hashes. @throws {Error} when it does not begin like a manifest */
export function manifestHeadLength(bytes: Uint8Array): number {
  if (bytes.length < 8) throw new Error('manifest is too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC) throw new Error('not a manifest');
  const headerLength = view.getUint32(4);
  if (headerLength > MAX_HEADER_BYTES || 8 + headerLength > bytes.length) {
    throw new Error('manifest header has a wrong length');
  }
  return 8 + headerLength;
}

/**
 * Parses what comes before the hashes, for when those are still to come.
 * @returns the manifest with room for its hashes; nothing matches them yet
 * @throws {Error} on anything but a well-formed head
 */
export function decodeManifestHead(bytes: Uint8Array): Manifest {
  const { header, chunks } = parseHead(bytes);
  return { ...header, chunks, hashes: new Uint8Array(chunks * HASH_BYTES) };
}

/** Bytes of a manifest behind its head: the hashes and the signature. */
export function manifestTailLength({ chunks }: Pick<Manifest, 'chunks'>): number {
  return chunks * HASH_BYTES + SIGNATURE_BYTES;
}

/**
 * Parses a whole manifest. The signature is returned, not checked (see lib/assets).
 * @throws {Error} on anything but a well-formed manifest
 */
export function decodeManifest(bytes: Uint8Array): { manifest: Manifest; body: Uint8Array; signature: Uint8Array } {
  const { header, chunks, length } = parseHead(bytes);
  if (bytes.length !== length + manifestTailLength({ chunks }))
    throw new Error('manifest has a wrong number of hashes');
  const end = bytes.length - SIGNATURE_BYTES;
  const hashes = bytes.subarray(length, end);
  return { manifest: { ...header, chunks, hashes }, body: bytes.subarray(0, end), signature: bytes.subarray(end) };
}

function parseHead(bytes: Uint8Array): { header: ManifestHeader; chunks: number; length: number } {
  const length = manifestHeadLength(bytes);
  const header = manifestHeader.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(8, length))));
  const chunks = Math.ceil(header.size / header.chunkSize);
  if (chunks > MAX_CHUNKS) throw new Error('manifest has too many chunks');
  return { header, chunks, length };
}
