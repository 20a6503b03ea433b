/**
 * What a listener's own devices say to each other through signaling: what each plays, and what one asks of another. A device is a tab (or a
 * program) that announced itself; its id is its own choice, and means nothing to other accounts.
 */
import * as z from 'zod/mini';
import { track } from './catalog';
import { MAX_QUEUE_ITEMS, REPEAT_MODES } from './choices';
import { wireError } from './errors';
import { deviceId } from './history';
import { messageId } from './ids';

/** A device's volume slider, 0 to 1. */
const volume = z.number().check(z.gte(0), z.lte(1));
const seconds = z.number().check(z.gte(0), z.lte(1e7));
const place = z.int().check(z.gte(0), z.lt(MAX_QUEUE_ITEMS));
const repeat = z.enum(REPEAT_MODES);
/** Names a queue as a device announced it: when that was saved, epoch ms by the server's clock. */
const queueVersion = z.int().check(z.gte(0));

/** Tracks that one command may carry: what is longer goes in several, or by a saved queue. A message has 64 KB at most. */
export const MAX_SENT_TRACKS = 20;

/** Of a track what a player shows and needs to play it; the rest may be long. */
export const sentTrack = z.pick(track, {
  id: true,
  title: true,
  artist: true,
  artistId: true,
  album: true,
  albumId: true,
  trackNo: true,
  discNo: true,
  durationS: true,
  coverId: true,
  mime: true,
  withdrawn: true,
  missing: true,
  gain: true,
});

/** What a device plays, at the moment that it says so. */
export const deviceState = z.object({
  status: z.enum(['idle', 'loading', 'playing', 'paused', 'stalled', 'ended', 'error']),
  track: z.nullable(sentTrack),
  /** Place of that in the queue; -1: nothing is chosen. */
  index: z.int().check(z.gte(-1), z.lt(MAX_QUEUE_ITEMS)),
  /** Tracks in the queue. */
  count: z.int().check(z.gte(0), z.lte(MAX_QUEUE_ITEMS)),
  /** The queue as it can be asked of the server; null: it changed just now and is not saved yet. */
  queue: z.nullable(queueVersion),
  positionS: seconds,
  durationS: seconds,
  speed: z.number().check(z.gte(0.1), z.lte(10)),
  volume,
  muted: z.boolean(),
  /** Only the device's own keys set the volume. */
  volumeFixed: z.boolean(),
  repeat,
  shuffle: z.boolean(),
});
export type DeviceState = z.infer<typeof deviceState>;

/** What became of a command. */
const outcome = z.object({ command: messageId, error: z.optional(wireError) });

/** Said when what a device plays changes, and to each device that arrives. Time that passes is no change. */
export const announcement = z.object({
  device: deviceId,
  /** Null: it no longer takes part. */
  state: z.nullable(deviceState),
  /** To this device alone. */
  to: z.optional(deviceId),
  /** It knows nobody yet: whoever hears this announces itself to it. */
  arrives: z.optional(z.boolean()),
  /** Commands that were carried out, or refused, since the last announcement. */
  did: z.optional(z.array(outcome).check(z.maxLength(50))),
});
export type Announcement = z.infer<typeof announcement>;

/** What one device asks of another. Those that name places in the queue say which queue they saw, and are refused when it has changed. */
export const deviceCommand = z.discriminatedUnion('do', [
  z.object({ do: z.literal('play') }),
  z.object({ do: z.literal('pause') }),
  z.object({ do: z.literal('next') }),
  z.object({ do: z.literal('previous') }),
  z.object({ do: z.literal('seek'), positionS: seconds }),
  z.object({ do: z.literal('volume'), volume, muted: z.boolean() }),
  z.object({ do: z.literal('repeat'), repeat }),
  z.object({ do: z.literal('shuffle'), on: z.boolean() }),
  z.object({ do: z.literal('jump'), queue: queueVersion, place }),
  z.object({
    do: z.literal('remove'),
    queue: queueVersion,
    places: z.array(place).check(z.maxLength(MAX_QUEUE_ITEMS)),
  }),
  /** To before another; null: to the end. */
  z.object({
    do: z.literal('move'),
    queue: queueVersion,
    places: z.array(place).check(z.maxLength(MAX_QUEUE_ITEMS)),
    before: z.nullable(place),
  }),
  z.object({ do: z.literal('clearUpcoming'), queue: queueVersion }),
  z.object({ do: z.literal('clear') }),
  /** Takes back a change of the queue that this command made. */
  z.object({ do: z.literal('undo'), command: messageId }),
  z.object({
    do: z.literal('enqueue'),
    where: z.enum(['next', 'end']),
    tracks: z.array(sentTrack).check(z.maxLength(MAX_SENT_TRACKS)),
  }),
  /** Its queue was saved for it: it is to fetch and take that. */
  z.object({ do: z.literal('load'), play: z.boolean() }),
  /** Pause, and save the queue with its place: another device goes on with it. */
  z.object({ do: z.literal('handOver') }),
]);
export type DeviceCommand = z.infer<typeof deviceCommand>;

/** To another device of the same account. `id` is the sender's choice. */
export const sentCommand = z.object({ to: deviceId, id: messageId, command: deviceCommand });
/** As the other receives it. */
export const receivedCommand = z.object({ from: deviceId, id: messageId, command: deviceCommand });
export const goneDevice = z.object({ device: deviceId });
