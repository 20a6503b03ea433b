import type { IncomingMessage } from 'node:http';
import { importTicketKey, verifyTicket } from '@/lib/assets/tickets';
import { EnxameError } from '@/lib/contracts/errors';
import { CLOCK_TOLERANCE_S, type TicketClaims } from '@/lib/contracts/playback';
import { BoundedMap } from './bounded-map';

/** Verified tickets remembered: one tab shows the same one for minutes, chunk after chunk. */
const MAX_REMEMBERED = 10_000;
const MAX_TICKET_CHARS = 2048;

/** @returns a check of `Authorization: Bearer <asset ticket>`, that throws {EnxameError} `bad_token`, or `forbidden` for another version's */
export function makeTicketCheck(
  publicKey: string,
): (request: IncomingMessage, versionId: string) => Promise<TicketClaims> {
  const verified = new BoundedMap<string, TicketClaims>(MAX_REMEMBERED);
  const key = importTicketKey(publicKey);

  return async (request, versionId) => {
    const ticket = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (ticket === undefined || ticket.length > MAX_TICKET_CHARS) {
      throw new EnxameError('bad_token', 'This address needs an asset ticket.');
    }
    const now = Date.now();
    let claims = verified.get(ticket);
    if (claims === undefined || (claims.exp + CLOCK_TOLERANCE_S) * 1000 <= now) {
      verified.delete(ticket);
      claims = await verifyTicket(ticket, await key, now);
      verified.set(ticket, claims);
    }
    if (claims.version !== versionId) throw new EnxameError('forbidden', 'This ticket is for another asset.');
    return claims;
  };
}
