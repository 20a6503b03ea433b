import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someTrack } from './catalog.fixture';
import { newId } from './ids';
import { encodeManifestBody, type Manifest, manifestHeadLength } from './manifest';
import { mp3Sound } from './manifest.fixture';
import { encodeSoundFirst, readSoundFirst } from './sound-first';

/** What a cold line carries in its first round trip: 10 segments of 1,460 bytes (RFC 6928). */
const FIRST_ROUND_TRIP_BYTES = 14_600;
/** Status line and headers of an answer of the gateway, with room for those of a proxy. */
const HTTP_HEADERS_BYTES = 900;

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
const same = (a: Uint8Array | null, b: Uint8Array) => a !== null && Buffer.from(a).equals(b);
const base64 = (bytes: number) => Buffer.from(random(bytes)).toString('base64url');

/** Four minutes at 256 kbit/s with a picture of 40 KB in front; a frame begins at every point. */
function measured(): { head: Uint8Array<ArrayBuffer>; tail: Uint8Array<ArrayBuffer>; manifest: Manifest } {
  const size = 240 * 32_000 + 40_000;
  const chunks = Math.ceil(size / 65_536);
  const frame = (s: number) => 40_123 + Math.floor(Math.ceil((s * 44_100) / 1152) * 835.918);
  const points = Array.from({ length: 240 }, (_, s) => [Math.round(s * 1000 + ((s * 7.3) % 26)), frame(s)]).flat();
  const manifest: Manifest = {
    ...{ version: newId(), size, chunkSize: 65_536, ...mp3Sound, durationS: 240.0132, priming: 1105 },
    seek: { header: [], firstAudio: 40_123, endAudio: size - 128, points },
    ...{ chunks, hashes: random(chunks * 32) },
  };
  const bytes = new Uint8Array(Buffer.concat([encodeManifestBody(manifest), random(64)]));
  const length = manifestHeadLength(bytes);
  return { head: bytes.slice(0, length), tail: bytes.slice(length), manifest };
}

function grantOf(versionId: string) {
  const trackId = newId();
  const title = 'A title of some length (Remastered 2011)';
  return {
    track: someTrack({ id: trackId, title, durationS: 240 }),
    ...{ versionId, size: 7_720_000, durationS: 240.0132, mime: 'audio/mpeg' },
    manifest: { digest: base64(32), url: `/origin/${versionId}/manifest` },
    ...{ key: base64(32), originUrl: `/origin/${versionId}`, ticket: base64(400), expiresAt: 1_800_000_000_000 },
    plainUrl: `/api/stream/${trackId}?peer=${newId()}`,
  };
}

const { head, tail, manifest } = measured();
const granted = grantOf(manifest.version);
const piece = { start: 40_123, bytes: random(Math.ceil(0.32 * 32_000)), signature: random(64) };
const first = encodeSoundFirst({ grant: granted, manifestHead: head, piece }, deflateSync);

/** The bytes in pieces of these sizes, the last piece being what is left. */
function inPieces(bytes: Uint8Array, sizes: readonly number[] = []) {
  let at = 0;
  const left = [...sizes];
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const size = left.shift() ?? bytes.length;
      if (at < bytes.length) controller.enqueue(new Uint8Array(bytes.slice(at, at + size)));
      else controller.close();
      at += size;
    },
  });
}

describe('a grant that brings sound first', () => {
  it('has the first 0.32 s of 256 kbit/s in the first round trip of a cold line', () => {
    expect(HTTP_HEADERS_BYTES + first.length).toBeLessThanOrEqual(FIRST_ROUND_TRIP_BYTES);
  });

  it('comes as it was sent, however the network cuts it', async () => {
    const rest = random(5000);
    const all = Buffer.concat([first, tail, rest]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 20 }), async (sizes) => {
        const sound = await readSoundFirst(inPieces(all, sizes));
        expect(sound.grant).toEqual(granted);
        expect(sound.manifest.seek).toEqual(manifest.seek);
        expect(sound.piece.start).toBe(piece.start);
        expect(same(sound.manifestHead, head)).toBe(true);
        expect(same(sound.piece.bytes, piece.bytes)).toBe(true);
        expect(same(sound.piece.signature, piece.signature)).toBe(true);
        expect(same(await sound.manifestTail, tail)).toBe(true);
        expect(same(await sound.rest, rest)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('is here with the piece, though nothing comes behind it', async () => {
    const silent = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => controller.enqueue(first) });
    expect(same((await readSoundFirst(silent)).piece.bytes, piece.bytes)).toBe(true);
    const brokenOff = await readSoundFirst(inPieces(Buffer.concat([first, tail.subarray(1)])));
    expect(await brokenOff.manifestTail).toBeNull();
  });

  it('is none when it breaks off, lies about a length, or is something else', async () => {
    const lying = (at: number) => {
      const bytes = first.slice();
      bytes[at] = 0xff;
      return bytes;
    };
    const huge = encodeSoundFirst(
      { grant: granted, manifestHead: head, piece: { ...piece, bytes: random(200_000) } },
      deflateSync,
    );
    const empty = encodeSoundFirst(
      { grant: granted, manifestHead: head, piece: { ...piece, bytes: random(0) } },
      deflateSync,
    );
    const bomb = deflateSync(new Uint8Array(20_000_000));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bomb.length);
    const others = [
      first.slice(0, 3),
      first.slice(0, -1),
      lying(0),
      lying(4),
      huge,
      empty,
      Buffer.concat([length, bomb]),
    ];
    for (const bytes of others) await expect(readSoundFirst(inPieces(bytes, [7]))).rejects.toThrow();
  });
});
