/** The queues of a listener's devices: what another one played last can be continued. */
import * as z from 'zod/mini';
import { track } from '../catalog';
import { MAX_QUEUE_ITEMS, REPEAT_MODES } from '../choices';
import { deviceId, deviceName, queueOrder, queueSummary, savedQueue } from '../history';
import { id } from '../ids';
import { endpoint } from './endpoint';

const params = z.object({ device: deviceId });
/** Ids of 10,000 tracks and their places have 310 KB. */
const MAX_QUEUE_BYTES = 512 * 1024;

const place = {
  currentIndex: savedQueue.shape.currentIndex,
  positionMs: savedQueue.shape.positionMs,
  repeat: z.enum(REPEAT_MODES),
  /** Where the tracks stand, in the order before shuffling; null: not shuffled. */
  unshuffled: z.nullable(queueOrder),
};

/** A queue with its tracks. Those that the catalogue does not have any more are left out, and places count without them. */
const queueWithTracks = z.object({
  ...place,
  tracks: z.array(track).check(z.maxLength(MAX_QUEUE_ITEMS)),
  changedAt: z.int(),
  changedBy: deviceName,
});
export type QueueWithTracks = z.infer<typeof queueWithTracks>;

export const queues = {
  list: endpoint({
    method: 'GET',
    path: '/api/queues',
    access: 'listener',
    summary: 'The last queues of your devices and apps, the last saved first, each with the track that was current.',
    answer: z.object({ queues: z.array(z.object({ ...queueSummary.shape, track: z.nullable(track) })) }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/queues/{device}',
    access: 'listener',
    summary: 'The queue that one of your devices saved last, with its tracks, to be continued elsewhere.',
    params,
    answer: queueWithTracks,
  }),
  save: endpoint({
    method: 'PUT',
    path: '/api/queues/{device}',
    access: 'listener',
    summary:
      'Saves the queue of a device in place of the one before; an empty one is forgotten. Apps find what was saved last, too.',
    params,
    body: z.object({
      ...place,
      trackIds: z.array(id).check(z.maxLength(MAX_QUEUE_ITEMS)),
      changedBy: deviceName,
    }),
    maxBodyBytes: MAX_QUEUE_BYTES,
    /** When it was saved, epoch ms by the server's clock. */
    answer: z.object({ changedAt: z.int() }),
  }),
} as const;
