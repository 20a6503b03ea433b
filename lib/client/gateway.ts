import { type GrantHead, readGrantHead } from '@/lib/contracts/grant-head';
import { type Grant, grant, type PeerAdmission, peerAdmission } from '@/lib/contracts/playback';
import { within } from '@/lib/util/abort';
import { errorFromResponse, unreachable } from './http-errors';

/** What a peer asks of the gateway. */
export interface Gateway {
  /** @throws {EnxameError} `not_signed_in`, `account_disabled`, `unavailable`, … */
  admit(): Promise<PeerAdmission>;
  /** @throws {EnxameError} the refusal's reason; AbortError */
  grant(trackId: string, signal?: AbortSignal): Promise<Grant>;
  /** The same, and behind it the chunk that is needed first to play from `atS` seconds on. @throws as `grant` */
  grantWithHead(trackId: string, atS: number): Promise<GrantHead>;
}

const REQUEST_TIMEOUT_MS = 15_000;

/** The gateway's routes, with the page's session cookie. */
export function httpGateway(peerId: string, fetch: typeof globalThis.fetch): Gateway {
  const post = async <T>(
    path: string,
    body: unknown,
    read: (response: Response) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    const until = within(REQUEST_TIMEOUT_MS, signal);
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: until,
      });
      if (!response.ok) throw await errorFromResponse(response);
      return await read(response);
    } catch (error) {
      if (error instanceof TypeError || (until.aborted && !signal?.aborted))
        throw unreachable(new Error(String(error)));
      throw error;
    }
  };
  const json = (response: Response): Promise<unknown> => response.json();
  return {
    admit: async () => peerAdmission.parse(await post('/api/peer', { peerId }, json)),
    grant: async (trackId, signal) => grant.parse(await post('/api/playback', { trackId, peerId }, json, signal)),
    grantWithHead: (trackId, atS) =>
      post('/api/playback', { trackId, peerId, headAtS: atS }, (response) =>
        readGrantHead(response.body ?? new ReadableStream()),
      ),
  };
}
