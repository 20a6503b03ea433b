import { describe, expect, it } from 'vitest';
import { lastGranule } from './read-audio';

function page(granule: bigint): Buffer {
  const bytes = Buffer.alloc(100);
  bytes.write('OggS', 0, 'latin1');
  bytes.writeBigUInt64LE(granule, 6);
  return bytes;
}
const NONE = 0xffff_ffff_ffff_ffffn;

describe('lastGranule', () => {
  it.each([
    ['the last page', [page(5n), page(480_000n)], 480_000],
    ['the last page that has a position', [page(7n), page(NONE)], 7],
    ['a tail that begins inside a page', [Buffer.from('OggSound'), page(9n)], 9],
    ['a last page that is cut off', [page(3n), page(4n).subarray(0, 10)], 3],
    ['no page', [Buffer.from('nothing')], null],
    ['no bytes', [], null],
    ['no position', [page(NONE)], null],
  ])('of %s', (_, deps, expected) => expect(lastGranule(Buffer.concat(deps))).toBe(expected));
});
