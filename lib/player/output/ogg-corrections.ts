/** What a decoder of Opus or Vorbis is told when a file is remuxed for a stream of several tracks. */
import type { ManifestHeader } from '@/lib/contracts/manifest';
import { joined } from './bytes';

/** In an Opus id header (RFC 7845, 5.1). */
const PRE_SKIP_OFFSET = 10;
const INPUT_RATE_OFFSET = 12;
const OPUS_HEAD_BYTES = 19;
const OPUS_RATE_HZ = 48_000;
/** A lacing value below this ends a size. */
const LACING_FULL = 255;

/** @param config of the file, with the headers of its stream as description */
export function prepareOggConfig(config: AudioDecoderConfig, file: ManifestHeader): AudioDecoderConfig {
  const { description } = config;
  if (description === undefined || file.priming === undefined) return config;
  const bytes = ArrayBuffer.isView(description)
    ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
    : new Uint8Array(description);
  const prepared = file.codec === 'opus' ? opusHead(bytes) : vorbisHeaders(bytes, file.version);
  return prepared === null ? config : { ...config, description: prepared };
}

/**
 * No pre-skip: the append window cuts it off at each track, where a browser would do so at the first one only. And the rate that is decoded,
 * not the one that was recorded: Chromium takes it for the decoder's and then refuses what that makes.
 */
function opusHead(head: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (head.length < OPUS_HEAD_BYTES) return null;
  const copy = Uint8Array.from(head);
  const view = new DataView(copy.buffer);
  view.setUint16(PRE_SKIP_OFFSET, 0, true);
  view.setUint32(INPUT_RATE_OFFSET, OPUS_RATE_HZ, true);
  return copy;
}

/**
 * The version's id in place of the comments. A decoder that went from one Vorbis track into the next would mix their edges; where the headers
 * differ it begins anew. The comments, which may hold a picture, are nothing that it needs.
 * @param headers as Matroska has them: the sizes of the first two in Xiph's lacing, then all three
 */
function vorbisHeaders(headers: Uint8Array, version: string): Uint8Array<ArrayBuffer> | null {
  let at = 1;
  const size = () => {
    let bytes = 0;
    for (;;) {
      const lacing = headers[at++];
      if (lacing === undefined) return null;
      bytes += lacing;
      if (lacing < LACING_FULL) return bytes;
    }
  };
  const [id, comments] = [size(), size()];
  if (id === null || comments === null || at + id + comments > headers.length) return null;
  const own = commentHeader(version);
  return joined([
    Uint8Array.from([2, ...lacing(id), ...lacing(own.length)]),
    headers.subarray(at, at + id),
    own,
    headers.subarray(at + id + comments),
  ]);
}

function lacing(bytes: number): number[] {
  return [...Array(Math.floor(bytes / LACING_FULL)).fill(LACING_FULL), bytes % LACING_FULL];
}

/** Vorbis I, 5.2: a vendor and no comments. */
function commentHeader(vendor: string): Uint8Array {
  const text = new TextEncoder().encode(vendor);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return joined([new TextEncoder().encode('\x03vorbis'), length, text, Uint8Array.from([0, 0, 0, 0, 1])]);
}
