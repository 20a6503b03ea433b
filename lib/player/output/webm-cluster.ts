const CLUSTER_ID = 0x1f43b675;
const ID_BYTES = 4;
/** A size of eight bytes: a mark, and 56 bits. */
const SIZE_BYTES = 8;

/**
 * A WebM cluster of unknown size, as a muxer writes that cannot go back, with its size. Of an open cluster Chromium holds the last block back until
 * another one comes, and the end of a track would be lost. Anything else is returned as it is.
 */
export function closedCluster(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length <= ID_BYTES || view.getUint32(0) !== CLUSTER_ID) return bytes;
  // Leading zeros count the bytes of a size (RFC 8794, 4).
  const start = ID_BYTES + Math.clz32(view.getUint8(ID_BYTES)) - 24 + 1;
  const content = bytes.subarray(start);
  const closed = new Uint8Array(ID_BYTES + SIZE_BYTES + content.length);
  const to = new DataView(closed.buffer);
  to.setUint32(0, CLUSTER_ID);
  to.setUint32(ID_BYTES, 0x0100_0000);
  to.setUint32(ID_BYTES + 4, content.length);
  closed.set(content, ID_BYTES + SIZE_BYTES);
  return closed;
}
