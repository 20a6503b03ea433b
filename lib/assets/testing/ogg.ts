import { oggChecksum } from '../seek/checksums';

const GRANULE_AT = 6;
const CHECKSUM_AT = 22;
const SEGMENTS_AT = 26;

/** An Ogg file whose clock begins later, as a recording of a broadcast has it, for tests. @param granules added to the position of each page with sound */
export function laterOgg(file: Uint8Array, granules: number): Buffer {
  const bytes = Buffer.from(file);
  for (let at = 0; at < bytes.length; ) {
    const segments = bytes[at + SEGMENTS_AT] ?? 0;
    const bodyAt = at + SEGMENTS_AT + 1 + segments;
    const end = bytes.subarray(at + SEGMENTS_AT + 1, bodyAt).reduce((sum, n) => sum + n, bodyAt);
    const granule = bytes.readBigInt64LE(at + GRANULE_AT);
    // Header pages have 0.
    if (granule > 0n) bytes.writeBigInt64LE(granule + BigInt(granules), at + GRANULE_AT);
    bytes.writeUInt32LE(oggChecksum(bytes.subarray(at, end)), at + CHECKSUM_AT);
    at = end;
  }
  return bytes;
}
