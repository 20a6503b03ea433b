/** What an MSE output is fed with: bytes that a SourceBuffer of `mime` takes, from any point of a track. */
export interface Segment {
  data: Uint8Array<ArrayBuffer>;
  /** Seconds to set as the SourceBuffer's timestampOffset before this one; absent: as it is. */
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
