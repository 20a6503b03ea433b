import { containerOfMime, FORMATS, type RemuxTarget } from '@/lib/assets/formats';
import { EnxameError } from '@/lib/contracts/errors';
import type { Container, ManifestHeader } from '@/lib/contracts/manifest';
import type { Way } from './choose';
import { rawSegments } from './raw';
import type { Bytes, Segments } from './segments';

/** Segments of a file, the chosen way. The remuxer is fetched when it is first needed. */
export function segmentsOf(way: Way, bytes: Bytes, file: ManifestHeader): Segments {
  if (way.kind === 'raw') return rawSegments(way.mime, bytes, file);
  return {
    mime: way.mime,
    durationS: file.durationS,
    async *start(timeS, signal) {
      const { remux, formats } = await loadRemuxer(file.container, way.into);
      yield* remux(bytes, file, formats, timeS, signal);
    },
  };
}

/** @throws {EnxameError} `unavailable` when the network is away: that is not the file's fault */
async function loadRemuxer(container: Container, into: RemuxTarget) {
  try {
    const [{ remux }, { loadFormats }] = await Promise.all([import('./remux/remux'), import('./remux/formats')]);
    return { remux, formats: await loadFormats(container, into) };
  } catch (cause) {
    throw new EnxameError('unavailable', 'A part of the player could not be loaded.', { cause });
  }
}

/**
 * Fetches the remuxer's code while the grant is on its way. Failing, it is fetched again when it is needed.
 * @param mime of the file
 */
export function warmRemuxer(mime: string, Source: Pick<typeof MediaSource, 'isTypeSupported'>): void {
  const container = containerOfMime(mime);
  if (container === undefined) return;
  const ways = FORMATS[container].mse.map(({ as }) => as);
  if (ways.includes('raw') && Source.isTypeSupported(mime)) return;
  // Which codec is in the file only the grant will say; the usual one comes first.
  const into = ways.find((as) => as !== 'raw');
  if (into !== undefined) loadRemuxer(container, into).catch(() => {});
}
