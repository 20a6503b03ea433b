/** What an MSE output is fed with: bytes that a SourceBuffer of `mime` takes, from any point of a track. */
export interface Segment {
  data: Uint8Array<ArrayBuffer>;
  /**
   * Seconds of the track at which the first sample of this one lies; absent: it follows the one before. Less than 0 for an encoder's priming,
   * which the append window cuts off, as it does what comes after `durationS`.
   */
  timestampOffset?: number;
}

export interface Segments {
  readonly mime: string;
  readonly durationS: number;
  /**
   * Segments that play from `timeS` or a little before, to the end of the track. The first one can be appended right
   * after a reset of the SourceBuffer's parser.
   * @throws {EnxameError} what reading the asset throws; DOMException AbortError; any other Error: not a file that can be played so
   */
  start(timeS: number, signal: AbortSignal): AsyncIterable<Segment>;
}

/** What segments are made from: the part of an open asset that they need. */
export interface Bytes {
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}
