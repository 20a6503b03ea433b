import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnxameError, fromWireError, isEnxameError, toWireError } from './errors';
import { ranges } from './fields';
import {
  decodeFrame,
  encodeFrame,
  FRAME_PAYLOAD_BYTES,
  type Frame,
  MAX_FRAME_BYTES,
  priorities,
  refusals,
} from './frames';
import { decodeId, encodeId, id, newId } from './ids';
import { decodeManifest, encodeManifestBody, HASH_BYTES, type Manifest, SIGNATURE_BYTES } from './manifest';
import { mp3Sound } from './manifest.fixture';
import { newMessage, parseMessage } from './messages';

const anId = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(encodeId);
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const someRanges = fc
  .uniqueArray(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 100 })
  .map((list) => list.sort((a, b) => a - b))
  .map((list) => (list.length % 2 === 0 ? list : list.slice(1)));

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant('ticket' as const),
    version: anId,
    ticket: fc.string({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({
    type: fc.constant('request' as const),
    request: u32,
    version: anId,
    chunk: u32,
    priority: fc.constantFrom(...priorities),
  }),
  fc.record({
    type: fc.constant('data' as const),
    request: u32,
    offset: u32,
    bytes: fc.uint8Array({ minLength: 1, maxLength: FRAME_PAYLOAD_BYTES }),
  }),
  fc.record({ type: fc.constant('refuse' as const), request: u32, reason: fc.constantFrom(...refusals) }),
  fc.record({ type: fc.constant('cancel' as const), request: u32 }),
  fc.record({ type: fc.constant('have' as const), version: anId, have: someRanges }),
);

describe('frames', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(frame, (sent) => {
        expect(decodeFrame(encodeFrame(sent))).toEqual(sent);
      }),
      { numRuns: 1000 },
    );
  });

  it('are null, never an exception, for any other bytes', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      frame.map((f) => encodeFrame(f).slice(0, -1)),
      fc
        .tuple(fc.integer({ min: 0, max: 8 }), fc.uint8Array({ maxLength: 64 }))
        .map(([t, b]) => Uint8Array.of(t, ...b)),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        const parsed = decodeFrame(bytes);
        // What parses must be canonical: nothing is silently dropped.
        if (parsed !== null && parsed.type !== 'ticket') expect(encodeFrame(parsed)).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
    expect(decodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1).fill(3))).toBeNull();
  });
});

describe('identifiers', () => {
  it('are 22 characters for 16 bytes, both ways', () => {
    fc.assert(
      fc.property(anId, (text) => {
        expect(encodeId(decodeId(text))).toBe(text);
      }),
    );
    const made = Array.from({ length: 1000 }, newId);
    expect(made.every((text) => id.safeParse(text).success)).toBe(true);
    expect(made.filter((text) => text.startsWith('-'))).toEqual([]);
    expect(() => decodeId('AAAA')).toThrow('16 bytes');
  });
});

describe('ranges', () => {
  it.each([
    [[], true],
    [[0, 3, 7, 9], true],
    [[0], false],
    [[3, 3], false],
    [[0, 3, 3, 4], false],
    [[5, 2], false],
    [[-1, 2], false],
    [[0, 1.5], false],
  ])('%j is %s', (value, allowed) => {
    expect(ranges.safeParse(value).success).toBe(allowed);
  });
});

describe('manifests', () => {
  const manifest: Manifest = {
    version: newId(),
    size: 200_000,
    chunkSize: 65_536,
    ...mp3Sound,
    durationS: 10,
    seek: { header: [], firstAudio: 417, endAudio: 200_000, points: [0, 417, 1000, 16_000] },
    chunks: 4,
    hashes: new Uint8Array(4 * HASH_BYTES).fill(7),
  };
  const bytes = Uint8Array.of(...encodeManifestBody(manifest), ...new Uint8Array(SIGNATURE_BYTES).fill(9));

  it('come back as they were written', () => {
    const decoded = decodeManifest(bytes);
    expect(decoded.manifest).toEqual(manifest);
    expect(decoded.signature).toEqual(new Uint8Array(SIGNATURE_BYTES).fill(9));
  });

  it('are refused when cut short, grown, or of another kind', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(() => decodeManifest(bytes.slice(0, length))).toThrow();
      }),
    );
    expect(() => decodeManifest(Uint8Array.of(...bytes, 0))).toThrow('number of hashes');
    expect(() => decodeManifest(Uint8Array.of(0, ...bytes.slice(1)))).toThrow('not a manifest');
  });
});

describe('messages', () => {
  const message = newMessage('playlist.delete', { playlistId: newId() }, { actor: 'someone', at: 1 });

  it('are parsed with their data', () => {
    expect(parseMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it.each([
    ['an unknown version', { ...message, v: 2 }],
    ['an unknown type', { ...message, type: 'playlist.burn' }],
    ['data of another type', { ...message, data: { trackId: newId() } }],
    ['no envelope', 'hello'],
  ])('are refused with %s', (_what, value) => {
    expect(() => parseMessage(value)).toThrow();
  });
});

describe('errors', () => {
  it('cross a wire with their reason, and tell nothing of what was not expected', () => {
    const known = new EnxameError('too_many_requests', 'Slow down.', { retryAfterS: 3 });
    const back = fromWireError(toWireError(known));
    expect(isEnxameError(back)).toBe(true);
    expect(back).toMatchObject({ code: 'too_many_requests', message: 'Slow down.', retryAfterS: 3 });
    expect(toWireError(new Error('password is hunter2')).message).not.toContain('hunter2');
  });
});
