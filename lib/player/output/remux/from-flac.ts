import type { ManifestHeader } from '@/lib/contracts/manifest';
import { correctFlacSampleEntry } from '../flac-corrections';

export { FLAC as inputFormat } from 'mediabunny';
export { withLastBlockFlag as prepareFile } from '../flac-corrections';

export function correctHeader(header: Uint8Array, { bitsPerSample, sampleRate }: ManifestHeader): void {
  if (bitsPerSample) correctFlacSampleEntry(header, bitsPerSample, sampleRate);
}
