import type { ManifestHeader } from '@/lib/contracts/manifest';

/** What a file's own bytes say of it: everything of a manifest's header that is not about chunks. */
export type SeekDescription = Omit<ManifestHeader, 'version' | 'size' | 'chunkSize'>;
