import type { ManifestHeader } from '@/lib/contracts/manifest';
import { correctFlacSampleEntry, prepareFlacConfig } from '../flac-corrections';

export { FLAC as inputFormat } from 'mediabunny';
export { prepareFlac as prepareFile } from '../flac-corrections';

export function prepareConfig(config: AudioDecoderConfig, { sampleRate }: ManifestHeader): AudioDecoderConfig {
  return prepareFlacConfig(config, sampleRate);
}

export function correctHeader(header: Uint8Array, { bitsPerSample, sampleRate }: ManifestHeader): void {
  if (bitsPerSample) correctFlacSampleEntry(header, bitsPerSample, sampleRate);
}
