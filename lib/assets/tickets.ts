import { type CryptoKey, importJWK, jwtVerify, SignJWT } from 'jose';
import { EnxameError } from '@/lib/contracts/errors';
import { CLOCK_TOLERANCE_S, TICKET_AUDIENCE, type TicketClaims, ticketClaims } from '@/lib/contracts/playback';

/**
 * Signs leave for one peer to fetch one asset version. Peers see it, so that it names no account: only servers can read `holder`.
 * @param claims.expiresAt epoch ms
 */
export function signTicket(
  claims: { peer: string; version: string; holder?: string; expiresAt: number },
  signingKey: Parameters<SignJWT['sign']>[0],
): Promise<string> {
  const { peer, version, holder } = claims;
  return new SignJWT({ peer, version, ...(holder === undefined ? {} : { holder }) })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setAudience(TICKET_AUDIENCE)
    .setExpirationTime(Math.floor(claims.expiresAt / 1000))
    .sign(signingKey);
}

/**
 * Checks signature, audience and life of an asset ticket. The caller compares peer and version.
 * @param now epoch ms by the server's clock
 * @throws {EnxameError} `bad_token`
 */
export async function verifyTicket(ticket: string, verifyKey: TicketKey, now: number): Promise<TicketClaims> {
  try {
    const { payload } = await jwtVerify(ticket, verifyKey, {
      algorithms: ['EdDSA'],
      audience: TICKET_AUDIENCE,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now),
    });
    return ticketClaims.parse(payload);
  } catch (cause) {
    throw new EnxameError('bad_token', 'This ticket is invalid or has expired.', { cause });
  }
}

export type TicketKey = CryptoKey;

/** @param publicKey raw Ed25519 public key, base64url, as in PeerAdmission */
export async function importTicketKey(publicKey: string): Promise<TicketKey> {
  return (await importJWK({ kty: 'OKP', crv: 'Ed25519', x: publicKey }, 'EdDSA')) as CryptoKey;
}
