import { EnxameError } from '@/lib/contracts/errors';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import type { Way } from './choose';
import { mp3Segments } from './mp3-raw';
import type { Bytes, Segments } from './segments';

/** Segments of a file, the chosen way. The remuxer is fetched when it is first needed. */
export function segmentsOf(way: Way, bytes: Bytes, file: ManifestHeader): Segments {
  if (way.kind === 'raw') return mp3Segments(bytes, file);
  return {
    mime: way.mime,
    durationS: file.durationS,
    async *start(timeS, signal) {
      const { remux, formats } = await loadRemuxer(file.container, way.mime);
      yield* remux(bytes, file, formats, timeS, signal);
    },
  };
}

/** @throws {EnxameError} `unavailable` when the network is away: that is not the file's fault */
async function loadRemuxer(container: ManifestHeader['container'], mime: string) {
  try {
    const [{ remux }, { loadFormats }] = await Promise.all([import('./remux/remux'), import('./remux/formats')]);
    return { remux, formats: await loadFormats(container, mime) };
  } catch (cause) {
    throw new EnxameError('unavailable', 'A part of the player could not be loaded.', { cause });
  }
}

const CONTAINERS: Readonly<Record<string, ManifestHeader['container']>> = {
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/mp4': 'mp4',
};

/**
 * Fetches the remuxer's code while the grant is on its way. Failing, it is fetched again when it is needed.
 * @param mime of the file
 */
export function warmRemuxer(mime: string, Source: Pick<typeof MediaSource, 'isTypeSupported'>): void {
  const container = CONTAINERS[mime];
  if (!container || (container === 'mp3' && Source.isTypeSupported('audio/mpeg'))) return;
  // Of Ogg only the grant will say what is in it; Opus, which goes in MP4, is the usual.
  loadRemuxer(container, 'audio/mp4').catch(() => {});
}
