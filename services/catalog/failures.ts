/** What an import could not take. */
import type { ImportStatus } from '@/lib/contracts/catalog';
import type { ImportFault } from '@/lib/contracts/reasons';

type Failures = ImportStatus['failed'];
type Skipped = NonNullable<ImportStatus['skipped']>;

/** Files that are listed with what is wrong with them; the rest is only counted. */
export const MAX_FAILED = 100;
/** Of a path in such a list. */
export const MAX_FAILED_NAME_CHARS = 500;
/** What the status lists; a folder with more kinds of files than these is no music folder. */
const MAX_ENDINGS = 50;

/** Faults of a file's contents. */
const OF_CONTENTS: ReadonlySet<ImportFault> = new Set([
  'empty',
  'video',
  'no_audio',
  'truncated',
  'damaged',
  'unsupported',
  'too_large',
]);

/** What is wrong with a file's contents stays wrong until it is another file; a disk that fails, or a right that is missing, passes. */
export function isForGood(code: ImportFault): boolean {
  return OF_CONTENTS.has(code);
}

/**
 * Files of types that are not played, as an import keeps them: among its failures, one entry for each ending.
 * @param counts files by the ending of their name
 */
export function skippedEntries(counts: ReadonlyMap<string, number>): Failures {
  return [...counts]
    .toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, MAX_ENDINGS)
    .map(([ending, count]) => ({ file: ending, reason: String(count), code: 'skipped' }));
}

/** Takes these entries out of the failures. */
export function skippedApart(kept: Failures): { failed: Failures; skipped: Skipped } {
  const skipped = kept.filter(({ code }) => code === 'skipped');
  return {
    failed: kept.filter(({ code }) => code !== 'skipped'),
    skipped: skipped.map(({ file, reason }) => ({ ending: file, count: Number(reason) })),
  };
}
