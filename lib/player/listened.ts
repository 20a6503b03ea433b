/**
 * How long something was heard, told by where the ear is in the track from time to time. Pauses and stalls move nothing, and
 * a jump is told as one, so that what lies between is not taken for heard. Hearing a part twice counts twice.
 */
export class ListenedTime {
  #atS: number | null = null;
  #heardS = 0;

  /** Seconds. */
  get heardS(): number {
    return this.#heardS;
  }

  /** The ear is here now, and came here by listening. Called several times a second or a minute apart, it adds up the same. */
  reached(positionS: number): void {
    if (this.#atS !== null && positionS > this.#atS) this.#heardS += positionS - this.#atS;
    this.#atS = positionS;
  }

  /** The ear is taken elsewhere; tell `reached` before. */
  jumped(positionS: number): void {
    this.#atS = positionS;
  }
}
