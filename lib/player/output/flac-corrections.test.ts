import { expect, it } from 'vitest';
import { correctFlacSampleEntry } from './flac-corrections';

function box(name: string, ...content: (Uint8Array | number[])[]): Uint8Array {
  const body = content.flatMap((part) => [...part]);
  const bytes = new Uint8Array(8 + body.length);
  new DataView(bytes.buffer).setUint32(0, bytes.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(body, 8);
  return bytes;
}
/** An AudioSampleEntry as mediabunny writes it: two channels, 16 bits, rate 0. */
const entry = (name: string) =>
  box(name, [...Array(16).fill(0), 0, 2, 0, 16, ...Array(8).fill(0)], box('dfLa', [1, 2]));
const moov = (name: string) =>
  box(
    'moov',
    box('mvhd', [9, 9]),
    box('trak', box('mdia', box('minf', box('stbl', box('stsd', Array(8).fill(0), entry(name)), box('stts', [7]))))),
  );

it.each([
  [16, 44_100, 44_100],
  [24, 96_000, 48_000],
  [24, 192_000, 48_000],
])('writes %i bits and %i Hz', (bits, rate, written) => {
  const bytes = moov('fLaC');
  const before = moov('fLaC');
  correctFlacSampleEntry(bytes, bits, rate);
  const at = new TextDecoder('latin1').decode(bytes).indexOf('fLaC') + 4;
  const view = new DataView(bytes.buffer);
  expect([view.getUint16(at + 18), view.getUint32(at + 24)]).toEqual([bits, written * 65_536]);
  bytes.set(before.subarray(at + 18, at + 28), at + 18);
  expect(bytes).toEqual(before);
});

it.each([
  ['another codec', moov('Opus')],
  ['a box cut short', moov('fLaC').subarray(0, 60)],
  ['nothing', new Uint8Array()],
])('leaves %s alone', (_, bytes) => {
  const before = bytes.slice();
  correctFlacSampleEntry(bytes, 24, 96_000);
  expect(bytes).toEqual(before);
});
