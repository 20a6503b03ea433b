/**
 * What has to be put right where FLAC is remuxed. mediabunny writes 16 as the sample size of every FLAC, and 0 as a sample rate above
 * 65,535 Hz. Chromium refuses a size that differs from STREAMINFO's ("sample size mismatches STREAMINFO"), which it does for 24-bit music;
 * Firefox refuses a rate of 0.
 */
import type { VirtualFile } from './virtual-file';

/** Boxes on the way from `moov` to the sample entry, and how many bytes of each come before its children. */
const PATH = [
  ['moov', 0],
  ['trak', 0],
  ['mdia', 0],
  ['minf', 0],
  ['stbl', 0],
  ['stsd', 8],
  ['fLaC', 0],
] as const;
const BOX_HEADER_BYTES = 8;
/** In an AudioSampleEntry, after the box header (ISO/IEC 14496-12, 12.2.3). */
const SAMPLE_SIZE_OFFSET = 18;
const SAMPLE_RATE_OFFSET = 24;
const SAMPLE_ENTRY_BYTES = 28;
/** Whole part of a 16.16 number. */
const MAX_RATE_HZ = 65_535;

/**
 * Writes the true sample size and rate into a `moov` box, in place. A rate that does not fit is halved until it does, as
 * "Encapsulation of FLAC in ISO Base Media File Format" (3.3.1) has it. Does nothing when the box holds no FLAC.
 */
export function correctFlacSampleEntry(moov: Uint8Array, bitsPerSample: number, sampleRate: number): void {
  const view = new DataView(moov.buffer, moov.byteOffset, moov.byteLength);
  let start = 0;
  let end = moov.length;
  for (const [name, skip] of PATH) {
    const box = findBox(view, start, end, name);
    if (!box) return;
    start = box.start + BOX_HEADER_BYTES + skip;
    end = box.end;
  }
  if (start + SAMPLE_ENTRY_BYTES > end) return;
  let rate = sampleRate;
  while (rate > MAX_RATE_HZ) rate = Math.floor(rate / 2);
  view.setUint16(start + SAMPLE_SIZE_OFFSET, bitsPerSample);
  view.setUint32(start + SAMPLE_RATE_OFFSET, rate * 0x1_0000);
}

function findBox(view: DataView, start: number, end: number, name: string): { start: number; end: number } | null {
  for (let at = start; at + BOX_HEADER_BYTES <= end; ) {
    const size = view.getUint32(at);
    if (size < BOX_HEADER_BYTES || at + size > end) return null;
    const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    if (type === name) return { start: at, end: at + size };
    at += size;
  }
  return null;
}

/** Offsets in a file of `fLaC`, one block header, STREAMINFO and frames. */
const LAST_BLOCK_AT = 4;
const RATE_AT = 18;
const FRAMES_AT = 42;
/** In a frame's header, in the lower half of its third byte: the rate follows in kHz (RFC 9639, 9.1.2). */
const RATE_CODE_AT = FRAMES_AT + 2;
const RATE_IN_KHZ = 12;

/**
 * A FLAC as mediabunny has to see it. Only STREAMINFO is kept of its metadata, so that block must say that it is the last one before the sound
 * (RFC 9639, 8.1). And of frames that name their rate in kHz, mediabunny takes the number for Hz and finds no frame that agrees with
 * STREAMINFO (1.61): there that says the same. {@link prepareFlacConfig} puts it right, and times are as much too long.
 */
export function prepareFlac(file: VirtualFile): VirtualFile {
  let rateInKhz: Promise<boolean> | null = null;
  const isInKhz = async () => {
    const [code = 0] = file.size > RATE_CODE_AT ? await file.read(RATE_CODE_AT, RATE_CODE_AT + 1) : [];
    return (code & 0xf) === RATE_IN_KHZ;
  };
  return {
    size: file.size,
    async read(start, end) {
      const bytes = await file.read(start, end);
      if (start >= FRAMES_AT || file.size < FRAMES_AT) return bytes;
      // A copy: these bytes may be a chunk that others read too.
      const patched = bytes.slice();
      const set = (at: number, byte: number) => {
        if (at >= start && at < end) patched[at - start] = byte;
      };
      const head = await file.read(0, FRAMES_AT);
      set(LAST_BLOCK_AT, (head[LAST_BLOCK_AT] ?? 0) | 0x80);
      rateInKhz ??= isInKhz();
      if (await rateInKhz) {
        const named = head.slice();
        writeRate(named, Math.round(readRate(head) / 1000));
        for (let at = RATE_AT; at < RATE_AT + 3; at++) set(at, named[at] ?? 0);
      }
      return patched;
    },
  };
}

/** The true rate, where {@link prepareFlac} had to name another. @param config with `fLaC` and STREAMINFO as description */
export function prepareFlacConfig(config: AudioDecoderConfig, sampleRate: number): AudioDecoderConfig {
  const { description } = config;
  if (config.sampleRate === sampleRate || description === undefined) return config;
  const head = Uint8Array.from(
    ArrayBuffer.isView(description)
      ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
      : new Uint8Array(description),
  );
  writeRate(head, sampleRate);
  return { ...config, sampleRate, description: head };
}

/** 20 bits. */
function readRate(head: Uint8Array): number {
  return ((head[RATE_AT] ?? 0) << 12) | ((head[RATE_AT + 1] ?? 0) << 4) | ((head[RATE_AT + 2] ?? 0) >> 4);
}

function writeRate(head: Uint8Array, rate: number): void {
  head[RATE_AT] = rate >> 12;
  head[RATE_AT + 1] = rate >> 4;
  head[RATE_AT + 2] = ((rate & 0xf) << 4) | ((head[RATE_AT + 2] ?? 0) & 0xf);
}
