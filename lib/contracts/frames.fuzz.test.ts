/** Whatever bytes a stranger sends are a frame or nothing. `npm run fuzz` tries a hundred thousand of each. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_CHUNKS, MAX_RANGE_PAIRS } from './fields';
import { decodeFrame, encodeFrame, type Frame, MAX_FRAME_BYTES, priorities, refusals } from './frames';
import { encodeId } from './ids';

const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) };

const u32 = fc.nat(0xffffffff);
const version = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(encodeId);
const have = fc
  .uniqueArray(fc.nat(MAX_CHUNKS), { maxLength: MAX_RANGE_PAIRS * 2 })
  .map((numbers) => numbers.slice(0, numbers.length - (numbers.length % 2)).sort((a, b) => a - b));
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant('ticket' as const), version, ticket: fc.string({ minLength: 1, maxLength: 500 }) }),
  fc.record({
    type: fc.constant('request' as const),
    request: u32,
    version,
    chunk: u32,
    priority: fc.constantFrom(...priorities),
  }),
  fc.record({
    type: fc.constant('data' as const),
    request: u32,
    offset: u32,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  }),
  fc.record({ type: fc.constant('refuse' as const), request: u32, reason: fc.constantFrom(...refusals) }),
  fc.record({ type: fc.constant('cancel' as const), request: u32 }),
  fc.record({ type: fc.constant('have' as const), version, have }),
);

it('a frame comes out as it went in', () => {
  fc.assert(
    fc.property(frame, (sent) => {
      expect(decodeFrame(encodeFrame(sent))).toEqual(sent);
    }),
    RUNS,
  );
});

/** Decoding never throws; what it takes for a frame is one, and nothing in it is longer than what came. */
function isFrameOrNothing(bytes: Uint8Array): void {
  const decoded = decodeFrame(bytes);
  if (decoded === null) return;
  expect(bytes.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  // A ticket's text may hold bytes that are no UTF-8: those come out as the replacement character, and nowhere else.
  if (decoded.type !== 'ticket') expect(encodeFrame(decoded)).toEqual(Uint8Array.from(bytes));
}

it('random bytes are a frame or nothing', () => {
  const type = fc.nat(8);
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 300 }), (first, rest) => {
      isFrameOrNothing(Uint8Array.of(first, ...rest));
    }),
    RUNS,
  );
});

it('a frame that was cut, lengthened or changed on its way is a frame or nothing', () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255), keep: fc.nat(), more: fc.uint8Array({ maxLength: 9 }) });
  fc.assert(
    fc.property(frame, change, (sent, { at, to, keep, more }) => {
      const bytes = encodeFrame(sent);
      bytes[at % bytes.length] = to;
      isFrameOrNothing(bytes);
      isFrameOrNothing(bytes.subarray(0, keep % bytes.length));
      isFrameOrNothing(Uint8Array.of(...bytes, ...more));
    }),
    RUNS,
  );
});

it('what is longer than any frame is none', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.integer({ min: 1, max: 1000 }), (type, more) => {
      const bytes = new Uint8Array(MAX_FRAME_BYTES + more);
      bytes[0] = type;
      expect(decodeFrame(bytes)).toBeNull();
    }),
    RUNS,
  );
});
