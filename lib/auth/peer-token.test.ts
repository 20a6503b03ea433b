import { expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { CLOCK_TOLERANCE_S, PEER_TOKEN_LIFE_S } from '@/lib/contracts/playback';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { signPeerToken, verifyPeerToken } from './peer-token';

const { signingKey, verifyKey } = deriveSecrets('a secret that is long enough for this');
const who = { accountId: 'anna', role: 'admin' as const, peerId: newId(), sessionId: 'session-1' };
const badToken = expect.objectContaining({ name: 'EnxameError', code: 'bad_token' });

it('names account, role and peer, and is a new one every time', async () => {
  const now = Date.now();
  const { token, expiresAt } = await signPeerToken(who, signingKey, now);
  const claims = await verifyPeerToken(token, verifyKey);
  expect(claims).toMatchObject({
    sub: 'anna',
    role: 'admin',
    peer: who.peerId,
    sid: 'session-1',
    exp: expiresAt / 1000,
  });
  expect(expiresAt - now).toBeGreaterThan((PEER_TOKEN_LIFE_S - 1) * 1000);
  const again = await verifyPeerToken((await signPeerToken(who, signingKey, now)).token, verifyKey);
  expect(again.jti).not.toBe(claims.jti);
});

it('ends, with the clocks’ tolerance', async () => {
  const life = (PEER_TOKEN_LIFE_S + CLOCK_TOLERANCE_S) * 1000;
  const late = await signPeerToken(who, signingKey, Date.now() - life - 5_000);
  await expect(verifyPeerToken(late.token, verifyKey)).rejects.toEqual(badToken);
  const justInTime = await signPeerToken(who, signingKey, Date.now() - life + 20_000);
  await expect(verifyPeerToken(justInTime.token, verifyKey)).resolves.toMatchObject({ sub: 'anna' });
});

it('is refused when another key signed it, or anything in it was changed', async () => {
  const { token } = await signPeerToken(who, signingKey, Date.now());
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'mallory' })).toString('base64url');
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  const other = deriveSecrets('the secret of another server, as long').signingKey;
  for (const wrong of [
    `${header}.${forged}.${signature}`,
    `${unsigned}.${payload}.`,
    (await signPeerToken(who, other, Date.now())).token,
  ]) {
    await expect(verifyPeerToken(wrong, verifyKey)).rejects.toEqual(badToken);
  }
});

it('that was signed before the clock was set back by hours is refused, instead of living for hours', async () => {
  const { token } = await signPeerToken(who, signingKey, Date.now() + 2 * 3600_000);
  await expect(verifyPeerToken(token, verifyKey)).rejects.toEqual(badToken);
});
