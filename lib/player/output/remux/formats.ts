/** One import for each container, so that a browser fetches only the part of mediabunny that a file needs. */
import type { ManifestHeader } from '@/lib/contracts/manifest';

function loadInputFormat(container: ManifestHeader['container']) {
  switch (container) {
    case 'mp3':
      return import('./from-mp3').then((module) => module.inputFormat);
    case 'flac':
      return import('./from-flac').then((module) => module.inputFormat);
    case 'ogg':
      return import('./from-ogg').then((module) => module.inputFormat);
    case 'mp4':
      return import('./from-mp4').then((module) => module.inputFormat);
    case 'wav':
      throw new Error('WAV is not remuxed: no browser takes PCM through MSE');
  }
}

function loadOutputFormat(mime: string) {
  return mime.startsWith('audio/webm')
    ? import('./into-webm').then((module) => module.outputFormat)
    : import('./into-mp4').then((module) => module.outputFormat);
}

/** @param mime of the SourceBuffer, which decides between MP4 and WebM @throws {Error} for WAV, or when the network is away */
export async function loadFormats(container: ManifestHeader['container'], mime: string) {
  const [inputFormat, outputFormat] = await Promise.all([loadInputFormat(container), loadOutputFormat(mime)]);
  return { inputFormat, outputFormat };
}

export type Formats = Awaited<ReturnType<typeof loadFormats>>;
