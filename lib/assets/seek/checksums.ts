/** Checksums that tell sound from noise: CRC-16 of FLAC frames (RFC 9639, 9.3) and CRC-32 of Ogg pages (RFC 3533, 6). */

const FLAC_POLYNOMIAL = 0x8005;
const OGG_POLYNOMIAL = 0x04c1_1db7;
/** Of an Ogg page's checksum, which counts as 0 while it is worked out. */
const OGG_CHECKSUM_AT = 22;

/** Both shift to the left, and begin with 0. */
function tableOf(polynomial: number, bits: 16 | 32): Uint32Array {
  const top = 2 ** (bits - 1);
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = (byte << (bits - 8)) >>> 0;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & top) === 0 ? crc << 1 : (crc << 1) ^ polynomial) >>> 0;
    return bits === 16 ? crc & 0xffff : crc;
  });
}

const FLAC_TABLE = tableOf(FLAC_POLYNOMIAL, 16);
const OGG_TABLE = tableOf(OGG_POLYNOMIAL, 32);

/** Whether a whole FLAC frame ends with its checksum. */
export function isFlacFrameIntact(frame: Uint8Array): boolean {
  if (frame.length < 2) return false;
  const end = frame.length - 2;
  let crc = 0;
  for (let at = 0; at < end; at++) crc = ((crc << 8) & 0xffff) ^ (FLAC_TABLE[(crc >>> 8) ^ (frame[at] ?? 0)] ?? 0);
  return crc === (frame[end] ?? 0) * 256 + (frame[end + 1] ?? 0);
}

/** The checksum that a whole Ogg page must have. */
export function oggChecksum(page: Uint8Array): number {
  let crc = 0;
  for (let at = 0; at < page.length; at++) {
    const byte = at >= OGG_CHECKSUM_AT && at < OGG_CHECKSUM_AT + 4 ? 0 : (page[at] ?? 0);
    crc = ((crc << 8) ^ (OGG_TABLE[(crc >>> 24) ^ byte] ?? 0)) >>> 0;
  }
  return crc;
}

export function isOggPageIntact(page: Uint8Array): boolean {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  return page.length >= OGG_CHECKSUM_AT + 4 && view.getUint32(OGG_CHECKSUM_AT, true) === oggChecksum(page);
}
