/** Frame lengths in milliseconds by configuration, the upper five bits of a packet's first byte (RFC 6716, 3.1). */
const SILK_MS = [10, 20, 40, 60];
const HYBRID_MS = [10, 20];
const CELT_MS = [2.5, 5, 10, 20];
const FIRST_HYBRID = 12;
const FIRST_CELT = 16;

/** Seconds of sound in an Opus packet; null for an empty one. */
export function opusPacketS(packet: Uint8Array): number | null {
  const [toc, counted = 0] = packet;
  if (toc === undefined) return null;
  const config = toc >> 3;
  const lengths = config < FIRST_HYBRID ? SILK_MS : config < FIRST_CELT ? HYBRID_MS : CELT_MS;
  const frameMs = lengths[config % lengths.length] ?? 0;
  // Code 0: one frame; 1 and 2: two; 3: as many as the second byte says.
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : counted & 63;
  return (frameMs * frames) / 1000;
}
