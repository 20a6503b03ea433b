import { availableParallelism } from 'node:os';
import type { MediaStore } from '@/lib/media-store/media-store';
import { makeWorkerPool } from '@/lib/util/node/worker-pool';
import type { TagsAnswer, TagsJob, TagsTask } from './tags-worker';

export type TagsPool = { run(job: TagsJob): Promise<TagsAnswer>; close(): Promise<void> };

const TAGS_WORKER = { source: 'services/catalog/tags-worker.ts', built: 'tags-worker' };
export const TAG_THREADS = Math.min(2, availableParallelism());

/** Threads that read tags and pictures of files of this store. */
export function openTagsPool(media: MediaStore): TagsPool {
  const pool = makeWorkerPool<TagsTask, TagsAnswer>(TAGS_WORKER, TAG_THREADS);
  const description = media.describe();
  return { run: (job) => pool.run({ ...job, media: description }), close: () => pool.close() };
}
