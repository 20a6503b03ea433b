import type { ManifestHeader } from './manifest';

/** What the header of a manifest says of an MP3's sound, for tests to which it does not matter. */
export const mp3Sound = {
  mime: 'audio/mpeg',
  container: 'mp3',
  codec: 'mp3',
  sampleRate: 44_100,
  channels: 2,
  bitsPerSample: null,
} as const satisfies Partial<ManifestHeader>;
