/** How often each loudness occurred: all that the two gates of EBU R128 need, of one track or of all tracks of an album together. */

/** Quieter blocks never count: the absolute gate (LUFS). */
const LOWEST_LUFS = -70;
/** Float samples may be far above full scale; whatever is louder counts as this (LUFS). */
const HIGHEST_LUFS = 30;
/** As in libebur128: the error is at most half of it (LU). */
const BIN_LU = 0.1;
const BINS = Math.round((HIGHEST_LUFS - LOWEST_LUFS) / BIN_LU);
/** Blocks this much quieter than the mean do not count: the relative gate (LU). */
const RELATIVE_GATE_LU = -10;
/** Makes the loudness of a 997 Hz sine at full scale in one channel -3.01 LUFS (BS.1770-4). */
const OFFSET_LU = -0.691;
/** Blocks of 100 ms in a day and a bit; no track has more. */
const MAX_COUNT = 1_000_000;

/** @param energy mean square of the weighted channels */
const loudnessOf = (energy: number) => OFFSET_LU + 10 * Math.log10(energy);
const energyOf = (lufs: number) => 10 ** ((lufs - OFFSET_LU) / 10);
/** At the middle of each bin. */
const ENERGIES = Float64Array.from({ length: BINS }, (_, bin) => energyOf(LOWEST_LUFS + (bin + 0.5) * BIN_LU));

export class LoudnessHistogram {
  private readonly counts = new Uint32Array(BINS);

  /** @param energy mean square of a block of 400 ms, of all channels together with their weights */
  add(energy: number): void {
    const bin = Math.floor((loudnessOf(energy) - LOWEST_LUFS) / BIN_LU);
    // Also false for the NaN of a broken file.
    if (!(bin >= 0)) return;
    const at = Math.min(bin, BINS - 1);
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  addAll(other: LoudnessHistogram): void {
    for (let bin = 0; bin < BINS; bin++) this.counts[bin] = (this.counts[bin] ?? 0) + (other.counts[bin] ?? 0);
  }

  /** Integrated loudness in LUFS; null of silence, and of what is shorter than a block. */
  integrated(): number | null {
    const ungated = this.meanFrom(0);
    if (ungated === null) return null;
    const gate = loudnessOf(ungated) + RELATIVE_GATE_LU;
    const first = Math.max(0, Math.ceil((gate - LOWEST_LUFS) / BIN_LU - 0.5));
    const gated = this.meanFrom(first);
    return gated === null ? null : loudnessOf(gated);
  }

  /** A few hundred bytes: for each bin that has any, the distance to the one before and the count, as varints. */
  encode(): Uint8Array {
    const bytes: number[] = [];
    let before = 0;
    this.counts.forEach((count, bin) => {
      if (count === 0) return;
      putVarint(bytes, bin - before);
      putVarint(bytes, Math.min(count, MAX_COUNT));
      before = bin;
    });
    return Uint8Array.from(bytes);
  }

  /** @throws {RangeError} for bytes that `encode` did not make */
  static decode(bytes: Uint8Array): LoudnessHistogram {
    const histogram = new LoudnessHistogram();
    const numbers = varints(bytes);
    let bin = 0;
    for (const distance of numbers) {
      bin += distance;
      const { value: count } = numbers.next();
      if (bin >= BINS || count === undefined || count > MAX_COUNT) throw new RangeError('not a loudness histogram');
      histogram.counts[bin] = count;
    }
    return histogram;
  }

  private meanFrom(first: number): number | null {
    let blocks = 0;
    let sum = 0;
    for (let bin = first; bin < BINS; bin++) {
      const count = this.counts[bin] ?? 0;
      blocks += count;
      sum += count * (ENERGIES[bin] ?? 0);
    }
    return blocks === 0 ? null : sum / blocks;
  }
}

function putVarint(into: number[], value: number): void {
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) into.push((left % 0x80) | 0x80);
  into.push(left);
}

/** @throws {RangeError} */
function* varints(bytes: Uint8Array): Generator<number, undefined> {
  const MAX_VARINT_BYTES = 4;
  let value = 0;
  let length = 0;
  for (const byte of bytes) {
    value += (byte & 0x7f) * 0x80 ** length++;
    if (length > MAX_VARINT_BYTES) throw new RangeError('not a loudness histogram');
    if (byte >= 0x80) continue;
    yield value;
    value = 0;
    length = 0;
  }
  if (length > 0) throw new RangeError('not a loudness histogram');
}
