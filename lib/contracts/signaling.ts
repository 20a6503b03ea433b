/** What crosses the signaling socket. Path of the Socket.IO server, events in both directions, limits. */
import * as z from 'zod/mini';
import { SHARING_MODES } from './choices';
import { announcement, type goneDevice, type receivedCommand, type sentCommand } from './devices';
import type { errorCode, WireError } from './errors';
import { ranges } from './fields';
import { accountId, id } from './ids';
import type { Message } from './messages';

export const SIGNALING_PATH = '/signaling';
/** Socket.IO's `maxHttpBufferSize`: nothing a peer says is larger. */
export const MAX_SIGNALING_BYTES = 64 * 1024;
/** An SDP of a data channel is 1 to 3 KB. */
export const MAX_SIGNAL_CHARS = 16_384;

export const sharingMode = z.enum(SHARING_MODES);
export type { SharingMode } from './choices';

/**
 * The socket's `auth` payload. A refusal is Socket.IO's `connect_error`, whose `data` is a WireError. Without `mode` the peer
 * counts as `considerate` until its first report.
 */
export const handshake = z.object({
  token: z.string().check(z.maxLength(2048)),
  mode: z.optional(sharingMode),
  /**
   * An observer receives live events, and an administrator's may `watch`. It is no peer: the tracker does not know it, everything else it
   * sends is refused (`forbidden`), and it neither replaces a peer of the same id nor is replaced by one. Each counts as one of the
   * account's sockets.
   */
  observe: z.optional(z.boolean()),
});

export const joinRequest = z.object({
  version: id,
  ticket: z.string().check(z.maxLength(2048)),
  have: ranges,
  /** A hint of demand: likely played next. Its peer is told of a few who hold it, and nobody is sent to it. */
  ahead: z.optional(z.boolean()),
});
export const peerCoverage = z.object({ peer: id, have: ranges });
export type PeerCoverage = z.infer<typeof peerCoverage>;
/**
 * Everyone this peer is paired with for that version, replacing what was known. `join` may be repeated: after a reconnect it must
 * be, within seconds, for the pairs to last; later it asks for more peers.
 */
export const joinAnswer = z.object({ peers: z.array(peerCoverage) });

/** What one holds of a version, whole, replacing what was said before. Sent at most once a second. */
export const haveNotice = z.object({ version: id, have: ranges });
export const leaveNotice = z.object({ version: id });

/** Opaque to the server: simple-peer's signal, JSON text. `link` tells attempts at one pair apart. */
export const signalOut = z.object({ to: id, link: id, signal: z.string().check(z.maxLength(MAX_SIGNAL_CHARS)) });
export const signalIn = z.object({ from: id, link: id, signal: z.string().check(z.maxLength(MAX_SIGNAL_CHARS)) });
export type SignalIn = z.infer<typeof signalIn>;

const byteCount = z.int().check(z.gte(0));
/** Since the last report. Sent every REPORT_EVERY_MS while anything changed. */
export const report = z.object({
  mode: sharingMode,
  playing: z.boolean(),
  trackId: z.nullable(id),
  bytes: z.object({ cache: byteCount, peer: byteCount, origin: byteCount, uploaded: byteCount }),
  links: z.array(z.object({ peer: id, sent: byteCount, received: byteCount })).check(z.maxLength(64)),
  stalls: byteCount,
  /** Peers that sent chunks whose hash was wrong. */
  blamed: z.array(z.object({ peer: id, version: id, chunk: z.int() })).check(z.maxLength(16)),
});
export type Report = z.infer<typeof report>;
export const REPORT_EVERY_MS = 2000;

/** What a tab runs on, by its browser's own word. */
export const device = z.object({
  browser: z.enum(['chrome', 'edge', 'firefox', 'safari', 'opera', 'samsung', 'other']),
  system: z.enum(['windows', 'macos', 'linux', 'chromeos', 'android', 'ios', 'other']),
});
export type Device = z.infer<typeof device>;

/** Another device of the same account, as the server passes it on: what it runs on is the server's word. */
export const heardDevice = z.object({ ...z.omit(announcement, { to: true }).shape, runsOn: device });
export type HeardDevice = z.infer<typeof heardDevice>;

/** For `/admin`: the whole swarm as the server knows it. Pushed once a second to administrators who watch. */
export const swarmSnapshot = z.object({
  at: z.int(),
  listeners: z.int(),
  peers: z.array(
    z.object({
      peer: id,
      accountId,
      /** Absent from servers before this was told. */
      device: z.optional(device),
      mode: sharingMode,
      playing: z.boolean(),
      trackId: z.nullable(id),
      connectedAt: z.int(),
      bytes: z.object({ cache: z.number(), peer: z.number(), origin: z.number(), uploaded: z.number() }),
    }),
  ),
  /** Undirected; bytes both ways since the link began. */
  links: z.array(z.object({ a: id, b: id, bytes: z.number() })),
  versions: z.int(),
  /** Since the signaling process began. `peer` counts only bytes that both ends of a link report; the rest is as the tabs say. */
  totals: z.object({ cache: z.number(), peer: z.number(), origin: z.number(), uploaded: z.number(), stalls: z.int() }),
  /** Reports that cannot be true, and links whose two ends disagree by much, since the signaling process began. */
  outliers: z.optional(z.int()),
  /** Bytes a second over the last ten seconds. */
  rates: z.object({ cache: z.number(), peer: z.number(), origin: z.number() }),
});
export type SwarmSnapshot = z.infer<typeof swarmSnapshot>;

export type Ack<T> = (answer: { ok: T } | { error: WireError }) => void;

export interface ClientToServer {
  join: (request: z.infer<typeof joinRequest>, ack: Ack<z.infer<typeof joinAnswer>>) => void;
  have: (notice: z.infer<typeof haveNotice>) => void;
  leave: (notice: z.infer<typeof leaveNotice>) => void;
  signal: (signal: z.infer<typeof signalOut>, ack: Ack<Record<string, never>>) => void;
  report: (report: Report) => void;
  /** What this device plays, for the account's others; acknowledged with what the server takes it to run on. */
  announce: (said: z.infer<typeof announcement>, ack: Ack<{ runsOn: Device }>) => void;
  /** Acknowledged when it was passed on; what became of it the other device announces. */
  command: (sent: z.infer<typeof sentCommand>, ack: Ack<Record<string, never>>) => void;
  /** Administrators only. */
  watch: (on: boolean, ack: Ack<Record<string, never>>) => void;
}

export interface ServerToClient {
  /**
   * Newly assigned, or offering something else: coverage of these peers, replacing what was known. An empty `have` is a peer that
   * left the version, or serves nobody.
   */
  coverage: (update: { version: string; peers: PeerCoverage[] }) => void;
  signal: (signal: SignalIn) => void;
  /** That peer is gone, or no longer paired with you. `ended`: it may be here no more, and what still links to it is closed at once. */
  gone: (update: { peer: string; ended?: boolean }) => void;
  /** A live event that concerns this listener (`changed.*`). Sent to observers, too. */
  fact: (message: Message) => void;
  swarm: (snapshot: SwarmSnapshot) => void;
  /** Another device of this account says what it plays. Sent to devices that announced themselves, and so are the next two. */
  device: (heard: HeardDevice) => void;
  command: (received: z.infer<typeof receivedCommand>) => void;
  /** That device is not connected any more, or no longer takes part. */
  deviceGone: (gone: z.infer<typeof goneDevice>) => void;
  /** This socket is closed by the server, and why: `replaced` by a newer one of the same peer, `account_disabled`, … */
  bye: (reason: { code: z.infer<typeof errorCode> | 'replaced' }) => void;
}
