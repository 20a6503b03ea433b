import { playback } from '@/lib/contracts/api/playback';
import { type GrantHead, readGrantHead } from '@/lib/contracts/grant-head';
import type { Grant, PeerAdmission } from '@/lib/contracts/playback';
import { readSoundFirst, SOUND_FIRST_TYPE } from '@/lib/contracts/sound-first';
import type { HttpClient } from './http';

/** What a peer asks of the gateway. */
export interface Gateway {
  /** @throws {EnxameError} `not_signed_in`, `account_disabled`, `unavailable`, … */
  admit(): Promise<PeerAdmission>;
  /** @throws {EnxameError} the refusal's reason; AbortError */
  grant(trackId: string, signal?: AbortSignal): Promise<Grant>;
  /** The same with what is needed first to play from `atS` seconds on. @throws as `grant` */
  grantWithHead(trackId: string, atS: number): Promise<GrantHead>;
}

/** A request for admission or a grant may take this long, ms. */
export const GATEWAY_TIMEOUT_MS = 15_000;

/** The gateway over HTTP. @param http with GATEWAY_TIMEOUT_MS, and the listener's session */
export function httpGateway(peerId: string, http: HttpClient): Gateway {
  return {
    admit: () => http.ask(playback.admit, { body: { peerId } }),
    grant: (trackId, signal) => http.ask(playback.grant, { body: { trackId, peerId }, signal }),
    grantWithHead: (trackId, atS) => {
      const soundFirst = 'DecompressionStream' in globalThis;
      return http.read(playback.grant, { body: { trackId, peerId, headAtS: atS, soundFirst } }, async (response) => {
        const body = response.body ?? new ReadableStream();
        if (response.headers.get('content-type') !== SOUND_FIRST_TYPE) return await readGrantHead(body);
        const sound = await readSoundFirst(body);
        return { grant: sound.grant, head: Promise.resolve(null), sound };
      });
    },
  };
}
