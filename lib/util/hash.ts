/** FNV-1a of the text and a number, finished as in MurmurHash3: 32 bits, unsigned. No secret: only an order that all who compute it agree on. */
export function hash(text: string, n: number): number {
  let hash = 0x811c9dc5 ^ n;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // FNV's low bits of similar texts resemble each other.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
