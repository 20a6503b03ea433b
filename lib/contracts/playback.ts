import * as z from 'zod/mini';
import { track } from './catalog';
import { epochMs, id } from './ids';

export const playbackRequest = z.object({
  trackId: id,
  peerId: id,
  /** Seconds into the track where sound begins: its chunk shall come with the grant (grant-head.ts). */
  headAtS: z.optional(z.number().check(z.gte(0), z.lte(30 * 86_400))),
  /** With `headAtS`: the client takes what sound needs ahead of all else (sound-first.ts). */
  soundFirst: z.optional(z.boolean()),
});

/** Leave to play one asset version, to one peer. */
export const grant = z.object({
  track,
  versionId: id,
  /** Bytes of the plain file. */
  size: z.int(),
  durationS: z.number(),
  mime: z.string(),
  manifest: z.object({
    /** SHA-256 of the manifest's bytes, base64url. */
    digest: z.string(),
    /** The manifest itself (lib/contracts/manifest.ts), base64; absent where it is over MANIFEST_INLINE_BYTES. */
    inline: z.optional(z.string()),
    /** Where to get it; relative to the page or absolute. */
    url: z.string(),
  }),
  /** Content key of the version, 32 bytes, base64. */
  key: z.string(),
  /** Sealed asset, by Range; relative to the page or absolute. */
  originUrl: z.string(),
  /** Asset ticket: JWT (EdDSA) that names peer and version (and, sealed, the account), shown to the origin and to peers. */
  ticket: z.string(),
  /** The ticket's end, and when to ask again. */
  expiresAt: epochMs,
  /** Plain file by Range, for tabs that cannot take part (session cookie checked). */
  plainUrl: z.string(),
});
export type Grant = z.infer<typeof grant>;

/** A manifest of up to this many bytes (about 30 min of 256 kbit/s MP3) comes inside the grant. */
export const MANIFEST_INLINE_BYTES = 32_768;

/** What a tab needs before it can take part. Answer of `POST /api/peer`. */
export const peerAdmission = z.object({
  /** Peer token: JWT (EdDSA) that names account, role and peer. */
  token: z.string(),
  expiresAt: epochMs,
  /** Origin of the signaling server; empty = same as the page. */
  signalingUrl: z.string(),
  iceServers: z.array(
    z.object({
      urls: z.union([z.string(), z.array(z.string())]),
      username: z.optional(z.string()),
      credential: z.optional(z.string()),
    }),
  ),
  /** Links must go through a relay; absent from older servers. */
  relayOnly: z.optional(z.boolean()),
  /** Ed25519 public key (raw, 32 bytes, base64url) that signs manifests and tickets. */
  publicKey: z.string(),
  /** Server's clock, to correct the tab's. */
  now: epochMs,
});
export type PeerAdmission = z.infer<typeof peerAdmission>;

/** Claims of an asset ticket. `aud` is TICKET_AUDIENCE; `exp` in seconds. */
export const ticketClaims = z.object({
  peer: id,
  version: id,
  exp: z.number(),
  /** The account, as only servers can read it (lib/sealing/encryption.ts); absent from tickets of older servers. */
  holder: z.optional(z.string().check(z.maxLength(200))),
});
export type TicketClaims = z.infer<typeof ticketClaims>;
export const TICKET_AUDIENCE = 'enxame:asset';
export const PEER_TOKEN_AUDIENCE = 'enxame:peer';
/** Tickets and tokens live for minutes; clocks may be this far apart. */
export const TICKET_LIFE_S = 15 * 60;
export const PEER_TOKEN_LIFE_S = 5 * 60;
export const CLOCK_TOLERANCE_S = 30;
