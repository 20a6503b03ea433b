import { expect, test } from 'vitest';
import { SignInGuard } from './sign-in-guard';

const secrets = { authSecret: 'a secret of the tests' };
const email = 'ada@example.org';

function guarded(publicUrl: string | null = null) {
  const clock = { ms: 0 };
  const guard = new SignInGuard({ publicUrl }, secrets, () => clock.ms);
  const attempt = (address: string, cookie: string | null = null, of = email) => ({
    email: of,
    visit: { address, host: 'radio.example', forwarded: false },
    cookie,
  });
  const isTaken = (...from: Parameters<typeof attempt>) => {
    try {
      guard.take(attempt(...from));
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'too_many_requests' });
      return false;
    }
  };
  const guess = (times: number, ...from: Parameters<typeof attempt>) =>
    Array.from({ length: times }, () => isTaken(...from)).filter(Boolean).length;
  const device = (of = email) => (guard.succeeded(attempt('192.0.2.9', null, of)).split(';')[0] ?? '').trim();
  return { clock, guard, attempt, isTaken, guess, device };
}

test('guesses from one address use up what that address has for the account, and no other', () => {
  const { clock, guess, isTaken } = guarded();
  expect(guess(20, '203.0.113.1')).toBe(10);
  expect(isTaken('203.0.113.1', null, 'bob@example.org')).toBe(true);
  expect(isTaken('203.0.113.2')).toBe(true);
  clock.ms = 30_000;
  expect(guess(2, '203.0.113.1')).toBe(1);
});

test('the addresses of an IPv6 network are one, and so are the two spellings of an IPv4 address', () => {
  const { guess } = guarded();
  expect(guess(8, '2001:db8::1') + guess(8, '2001:db8::2') + guess(8, '2001:0DB8:0:0:ffff::3')).toBe(10);
  expect(guess(8, '203.0.113.1') + guess(8, '::ffff:203.0.113.1')).toBe(10);
});

test('guesses from many addresses are bounded, and a device of the owner signs in all the same', () => {
  const { guess, isTaken, device } = guarded();
  const cookie = device();
  let taken = 0;
  for (let n = 0; n < 30; n++) taken += guess(10, `203.0.113.${n}`);
  expect(taken).toBe(100);
  expect(isTaken('198.51.100.1')).toBe(false);
  expect(isTaken('198.51.100.1', cookie)).toBe(true);
  // Also from the very address that guesses.
  expect(isTaken('203.0.113.0', `theme=dark; ${cookie}`)).toBe(true);
});

test('a device has ten guesses of its own, and signs in to its own account alone', () => {
  const { guess, device, isTaken } = guarded();
  const [cookie, other] = [device(), device()];
  expect(guess(20, '203.0.113.1', cookie)).toBe(10);
  expect(isTaken('203.0.113.1', other)).toBe(true);
  const ofBob = device('bob@example.org');
  guess(10, '203.0.113.1');
  for (const forged of [
    ofBob,
    'enxame.device=',
    'enxame.device=x',
    `enxame.device=${'A'.repeat(22)}.${'A'.repeat(43)}`,
  ]) {
    expect(isTaken('203.0.113.1', forged)).toBe(false);
  }
});

test('an owner who signs in again and again is bounded too', () => {
  const { guard, attempt, isTaken, device } = guarded();
  let cookie = device();
  let taken = 0;
  for (let n = 0; n < 200; n++) {
    if (!isTaken('203.0.113.1', cookie)) continue;
    taken++;
    cookie = guard.succeeded(attempt('203.0.113.1', cookie)).split(';')[0] ?? '';
  }
  expect(taken).toBe(60);
});

test('the cookie is out of reach of scripts, says nothing of the account, and travels by https alone where people use that', () => {
  const { guard, attempt } = guarded('https://radio.example');
  const cookie = guard.succeeded(attempt('203.0.113.1'));
  expect(cookie).toMatch(
    /^__Secure-enxame\.device=[\w-]{22}\.[\w-]{43}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  );
});
