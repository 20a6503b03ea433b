import type { IncomingMessage } from 'node:http';
import { importTicketKey, verifyTicket } from '@/lib/assets/tickets';
import { EnxameError } from '@/lib/contracts/errors';
import { CLOCK_TOLERANCE_S } from '@/lib/contracts/playback';
import { openHolder } from '@/lib/sealing/encryption';
import type { Secrets } from '@/lib/secrets/secrets';
import { BoundedMap } from '@/lib/util/bounded-map';

/** Verified tickets remembered: one tab shows the same one for minutes, chunk after chunk. */
const MAX_REMEMBERED = 10_000;
const MAX_TICKET_CHARS = 2048;

/** Whose a ticket is. Tickets of older servers do not say the account: each of their peers counts as one. */
interface TicketHolder {
  peer: string;
  account: string;
}

/** @returns a check of `Authorization: Bearer <asset ticket>`, that throws {EnxameError} `bad_token`, or `forbidden` for another version's */
export function makeTicketCheck(
  secrets: Pick<Secrets, 'publicKey' | 'holderKey'>,
): (request: IncomingMessage, versionId: string) => Promise<TicketHolder> {
  const verified = new BoundedMap<string, TicketHolder & { version: string; exp: number }>(MAX_REMEMBERED);
  const key = importTicketKey(secrets.publicKey);

  return async (request, versionId) => {
    const ticket = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (ticket === undefined || ticket.length > MAX_TICKET_CHARS) {
      throw new EnxameError('bad_token', 'This request needs an asset ticket.');
    }
    const now = Date.now();
    let known = verified.get(ticket);
    if (known === undefined || (known.exp + CLOCK_TOLERANCE_S) * 1000 <= now) {
      verified.delete(ticket);
      const { peer, version, exp, holder } = await verifyTicket(ticket, await key, now);
      known = { peer, version, exp, account: holder === undefined ? peer : openHolder(secrets.holderKey, holder) };
      verified.set(ticket, known);
    }
    if (known.version !== versionId) throw new EnxameError('forbidden', 'This ticket is for another asset.');
    return known;
  };
}
