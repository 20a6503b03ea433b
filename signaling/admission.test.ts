import { describe, expect, it } from 'vitest';
import { signTicket } from '@/lib/assets/tickets';
import { signPeerToken } from '@/lib/auth/peer-token';
import { newId } from '@/lib/contracts/ids';
import { PEER_TOKEN_LIFE_S } from '@/lib/contracts/playback';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { Admission, MAX_SOCKETS_PER_ACCOUNT } from './admission';

const secrets = deriveSecrets('a secret that is long enough for this');
const elsewhere = deriveSecrets('the secret of another server, as long');
const now = Date.now();
const from = { address: '192.0.2.1', openSockets: () => 0 };
const clock = { steady: () => now, wall: () => now };
const who = { accountId: 'anna', role: 'listener' as const, peerId: newId(), sessionId: 'session-1' };
const sign = async (key = secrets.signingKey, at = now) => (await signPeerToken(who, key, at)).token;
const admission = () => new Admission(secrets.verifyKey);
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('a peer token', () => {
  it('admits account, role and peer', async () => {
    const admitted = await admission().admit({ token: await sign(), mode: 'off' }, from, clock);
    expect(admitted).toMatchObject({ sub: 'anna', role: 'listener', peer: who.peerId, mode: 'off', observer: false });
    const observing = await admission().admit({ token: await sign(), observe: true }, from, clock);
    expect(observing).toMatchObject({ peer: who.peerId, observer: true });
  });

  it('admits once', async () => {
    const tested = admission();
    const token = await sign();
    await tested.admit({ token }, from, clock);
    await expect(tested.admit({ token }, from, clock)).rejects.toEqual(code('bad_token'));
    await expect(tested.admit({ token: await sign() }, from, clock)).resolves.toMatchObject({ sub: 'anna' });
  });

  it('is refused when nobody here signed it, when its time is over, and when it is an asset ticket', async () => {
    const tested = admission();
    const ticket = await signTicket(
      { peer: who.peerId, version: newId(), expiresAt: now + 60_000 },
      secrets.signingKey,
    );
    const old = await sign(secrets.signingKey, now - (PEER_TOKEN_LIFE_S + 60) * 1000);
    for (const token of ['', 'nonsense', await sign(elsewhere.signingKey), old, ticket]) {
      await expect(tested.admit({ token }, from, clock)).rejects.toEqual(code('bad_token'));
    }
    for (const auth of [undefined, null, 'text', {}, { token: 5 }, { token: 'x'.repeat(5_000) }]) {
      await expect(tested.admit(auth, from, clock)).rejects.toEqual(code('bad_token'));
    }
    expect(tested.sizes().used).toBe(0);
  });
});

describe('what has changed since a token was signed counts', () => {
  it('the role of its account', async () => {
    const admission = new Admission(secrets.verifyKey);
    const signed = await signPeerToken({ ...who, role: 'admin' }, secrets.signingKey, now);
    admission.noteAccount('anna', { disabled: false, role: 'listener' }, now);
    expect((await admission.admit({ token: signed.token }, from, clock)).role).toBe('listener');
  });

  it('that its session has ended, and no other of the account', async () => {
    const admission = new Admission(secrets.verifyKey);
    admission.endSession('session-1', now);
    await expect(admission.admit({ token: await sign() }, from, clock)).rejects.toEqual(code('not_signed_in'));
    const other = await signPeerToken({ ...who, sessionId: 'session-2' }, secrets.signingKey, now);
    await expect(admission.admit({ token: other.token }, from, clock)).resolves.toMatchObject({ sub: 'anna' });
  });

  it('for as long as the token lives, also when the clock was set back', async () => {
    const admission = new Admission(secrets.verifyKey);
    admission.endSession('session-1', now);
    const back = { steady: () => now + 3600_000, wall: () => now - 2 * 3600_000 };
    admission.purge(back);
    await expect(admission.admit({ token: await sign() }, from, back)).rejects.toEqual(code('not_signed_in'));
  });
});

describe('an account', () => {
  it('that was disabled is refused, and admitted again when it no longer is', async () => {
    const tested = admission();
    tested.noteAccount('anna', { disabled: true, role: 'listener' }, now);
    await expect(tested.admit({ token: await sign() }, from, clock)).rejects.toEqual(code('account_disabled'));
    tested.noteAccount('anna', { disabled: false, role: 'listener' }, now);
    await expect(tested.admit({ token: await sign() }, from, clock)).resolves.toMatchObject({ sub: 'anna' });
  });

  it('has a limit of tabs', async () => {
    const full = { ...from, openSockets: () => MAX_SOCKETS_PER_ACCOUNT };
    await expect(admission().admit({ token: await sign() }, full, clock)).rejects.toEqual(code('too_many_requests'));
  });

  it('has a limit of attempts, which is its own', async () => {
    const tested = admission();
    const refused: unknown[] = [];
    for (let i = 0; i < 110; i++) {
      const token = await sign();
      await tested.admit({ token }, from, clock).catch((error) => refused.push(error.code));
    }
    expect(refused).toEqual(Array(10).fill('too_many_requests'));
    const other = await signPeerToken({ ...who, accountId: 'bob' }, secrets.signingKey, now);
    await expect(tested.admit({ token: other.token }, from, clock)).resolves.toMatchObject({ sub: 'bob' });
  });
});

it('an address may try far more often than an account, but not without end', async () => {
  const tested = admission();
  const attempt = (address: string) =>
    tested.admit({ token: 'nonsense' }, { ...from, address }, clock).catch((e) => e.code);
  const codes = await Promise.all(Array.from({ length: 2_001 }, () => attempt('192.0.2.1')));
  expect(codes.filter((c) => c === 'too_many_requests')).toHaveLength(1);
  expect(await attempt('192.0.2.2')).toBe('bad_token');
});

it('remembers nothing for longer than a token lives', async () => {
  const tested = admission();
  await tested.admit({ token: await sign() }, from, clock);
  tested.noteAccount('bob', { disabled: true, role: 'listener' }, now);
  tested.endSession('session-2', now);
  expect(tested.sizes()).toEqual({ used: 1, changed: 2, buckets: 2 });
  const later = () => now + (PEER_TOKEN_LIFE_S + 61) * 1000;
  tested.purge({ steady: later, wall: later });
  expect(tested.sizes()).toEqual({ used: 0, changed: 0, buckets: 0 });
});
