/** Reading what a media element has buffered, and the one operation at a time that a SourceBuffer allows. */
import { once } from './events';

/** Positions this close are the same: browsers round timestamps to whole samples or microseconds. */
const SAME_PLACE_S = 0.005;

/** End of the buffered range that holds `timeS`; null when it is not buffered. */
export function bufferedEnd(buffered: TimeRanges, timeS: number): number | null {
  for (let i = 0; i < buffered.length; i++) {
    if (buffered.start(i) - SAME_PLACE_S <= timeS && timeS < buffered.end(i)) return buffered.end(i);
  }
  return null;
}

/** Runs one operation of a SourceBuffer to its end. @throws {Error} when the browser refuses the bytes */
export async function operate(buffer: SourceBuffer, operation: () => void): Promise<void> {
  while (buffer.updating) await once(buffer, ['updateend']);
  operation();
  const event = await once(buffer, ['update', 'error', 'abort']);
  // `updateend` follows each of the three, in the same task or the next.
  if (buffer.updating) await once(buffer, ['updateend']);
  if (event.type === 'error') throw new Error('the browser refused these bytes');
}
