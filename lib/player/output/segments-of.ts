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
      const { remux } = await import('./remux/remux');
      yield* remux(bytes, file, way.mime, timeS, signal);
    },
  };
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
  import('./remux/remux').catch(() => {});
  // Of Ogg only the grant will say what is in it; Opus, which goes in MP4, is the usual.
  import('./remux/formats').then((formats) => formats.loadFormats(container, 'audio/mp4')).catch(() => {});
}
