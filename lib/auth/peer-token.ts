import type { KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import { EnxameError } from '@/lib/contracts/errors';
import { accountId, accountRole, id, sessionId } from '@/lib/contracts/ids';
import { CLOCK_TOLERANCE_S, PEER_TOKEN_AUDIENCE, PEER_TOKEN_LIFE_S } from '@/lib/contracts/playback';

const claims = z.object({
  sub: accountId,
  role: accountRole,
  peer: id,
  jti: z.string(),
  exp: z.number(),
  /** Session that asked for it. */
  sid: sessionId,
});
export type PeerTokenClaims = z.infer<typeof claims>;

/** Signs what admits one tab of one account to signaling. @param now epoch ms */
export async function signPeerToken(
  from: { accountId: string; role: 'admin' | 'listener'; peerId: string; sessionId: string },
  signingKey: KeyObject,
  now: number,
): Promise<{ token: string; expiresAt: number }> {
  const expires = Math.floor(now / 1000) + PEER_TOKEN_LIFE_S;
  const token = await new SignJWT({ role: from.role, peer: from.peerId, sid: from.sessionId })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(from.accountId)
    .setAudience(PEER_TOKEN_AUDIENCE)
    .setJti(crypto.randomUUID())
    .setExpirationTime(expires)
    .sign(signingKey);
  return { token, expiresAt: expires * 1000 };
}

/** @throws {EnxameError} `bad_token` */
export async function verifyPeerToken(token: string, verifyKey: KeyObject): Promise<PeerTokenClaims> {
  try {
    const { payload } = await jwtVerify(token, verifyKey, {
      algorithms: ['EdDSA'],
      audience: PEER_TOKEN_AUDIENCE,
      clockTolerance: CLOCK_TOLERANCE_S,
    });
    const parsed = claims.parse(payload);
    // Signed before the clock was set back: it would live for as long as that was.
    if (parsed.exp > Date.now() / 1000 + PEER_TOKEN_LIFE_S + CLOCK_TOLERANCE_S) throw new Error('it ends too late');
    return parsed;
  } catch (cause) {
    throw new EnxameError('bad_token', 'This peer token is invalid or has expired.', { cause });
  }
}
