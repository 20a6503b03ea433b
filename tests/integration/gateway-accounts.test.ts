import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Accounts, openAccounts } from '@/lib/auth/accounts';
import { HashQueue } from '@/lib/auth/passwords';
import { isDisabled } from '@/lib/auth/sessions';
import type { Visit } from '@/lib/auth/trust';
import type { Message } from '@/lib/contracts/messages';
import { type Database, queryRows } from '@/lib/database/database';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { until } from '@/testing/wait';
import { openTestPglite } from '../support/shared';

const log = pino({ level: 'silent' });
const secrets = deriveSecrets('a secret of at least thirty-two characters');
const HERE: Visit = { address: '127.0.0.1', host: 'localhost:3000', forwarded: false };
const ELSEWHERE: Visit = { address: '203.0.113.7', host: 'radio.example', forwarded: false };
const ADA = { name: 'Ada', email: 'ada@example.org', password: 'a long pass phrase' };
const BOB = { name: 'Bob', email: 'bob@example.org', password: 'another pass phrase' };

let database: Database;
let published: Message[];
let brokerStatus: 'ok' | 'down';
const clock = { ms: Date.now() };
const opened: Accounts[] = [];

async function open(signup: 'open' | 'invite' | 'closed' = 'closed', hashing?: HashQueue) {
  const accounts = await openAccounts({
    database,
    bus: { publish: async (message) => void published.push(message), health: () => ({ status: brokerStatus }) },
    config: { host: 'localhost', publicUrl: null, signup },
    secrets,
    log,
    now: () => clock.ms,
    steady: () => clock.ms,
    ...(hashing === undefined ? {} : { hashing }),
  });
  opened.push(accounts);
  return accounts;
}

const asHeaders = (setCookies: string[]) => new Headers({ cookie: setCookies.map((c) => c.split(';')[0]).join('; ') });

beforeAll(async () => {
  database = await openTestPglite();
});
beforeEach(async () => {
  for (const accounts of opened.splice(0)) await accounts.close();
  published = [];
  brokerStatus = 'ok';
  clock.ms = Date.now();
  await database.migrate('auth', 'lib/auth/migrations');
  await database.orm.execute(sql`truncate auth.user, auth.erasure cascade`);
});
afterAll(async () => {
  for (const accounts of opened) await accounts.close();
  await database.close();
});

test('of two first accounts at once exactly one wins, and is an administrator', async () => {
  const accounts = await open();
  expect(await accounts.isFirstRun()).toBe(true);
  const outcomes = await Promise.allSettled([accounts.setup(ADA, HERE), accounts.setup(BOB, HERE)]);
  expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((o) => o.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  const people = await accounts.people();
  expect(people).toHaveLength(1);
  expect(people[0]).toMatchObject({ role: 'admin', disabled: false });
  expect(await accounts.isFirstRun()).toBe(false);
});

test('from elsewhere the first account takes the token of the console', async () => {
  const accounts = await open();
  await expect(accounts.setup(ADA, ELSEWHERE)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(accounts.setup({ ...ADA, setupToken: 'guess' }, ELSEWHERE)).rejects.toMatchObject({ code: 'forbidden' });
  const cookies = await accounts.setup({ ...ADA, setupToken: `${secrets.setupToken}\n` }, ELSEWHERE);
  expect((await accounts.session(asHeaders(cookies))).account).toMatchObject({ email: ADA.email, role: 'admin' });
});

test('the session cookie is out of reach of scripts, and a forged one is nobody', async () => {
  const accounts = await open();
  const cookies = await accounts.setup(ADA, HERE);
  expect(cookies[0]).toMatch(/^enxame\.session_token=.+HttpOnly; SameSite=Lax$/i);
  const token = asHeaders(cookies).get('cookie')?.split('.')[1] ?? '';
  const forged = new Headers({ cookie: `enxame.${token}.forged` });
  expect((await accounts.session(forged)).account).toBeNull();
  expect((await accounts.session(new Headers())).account).toBeNull();
});

test('signing in and out; the address in any case; the password is a hash of Argon2id', async () => {
  const accounts = await open();
  await accounts.setup(ADA, HERE);
  const cookies = await accounts.signIn({ email: ' ADA@example.org', password: ADA.password }, HERE);
  const headers = asHeaders(cookies);
  expect((await accounts.session(headers)).account?.name).toBe('Ada');
  await accounts.signOut(headers);
  expect((await accounts.session(headers)).account).toBeNull();
  const [row] = await queryRows<{ password: string }>(database.orm, sql`select password from auth.account`);
  expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('wrong passwords: one refusal for all reasons, then a pause for that account alone', async () => {
  const accounts = await open();
  await accounts.setup(ADA, HERE);
  await accounts.addPerson({ ...BOB, role: 'listener' });
  for (let i = 0; i < 10; i++) {
    await expect(accounts.signIn({ email: ADA.email, password: `wrong pass phrase ${i}` }, HERE)).rejects.toMatchObject(
      {
        code: 'not_signed_in',
      },
    );
  }
  await expect(accounts.signIn(ADA, HERE)).rejects.toMatchObject({ code: 'too_many_requests', retryAfterS: 30 });
  await expect(accounts.signIn({ email: 'no@example.org', password: 'no such account' }, HERE)).rejects.toMatchObject({
    code: 'not_signed_in',
  });
  await accounts.signIn(BOB, HERE);
  clock.ms += 30_000;
  await accounts.signIn(ADA, HERE);
});

test('a disabled account is out at once, learns why, and its old sessions stay ended', async () => {
  const accounts = await open();
  await accounts.setup(ADA, HERE);
  const bob = await accounts.addPerson({ ...BOB, role: 'listener' });
  const headers = asHeaders(await accounts.signIn(BOB, HERE));
  await accounts.changePerson(bob.id, { disabled: true });
  expect(await accounts.session(headers)).toMatchObject({ account: null, disabled: true });
  await expect(accounts.signIn(BOB, HERE)).rejects.toMatchObject({ code: 'account_disabled' });
  await until('the fact', () => published.length > 0);
  expect(published[0]).toMatchObject({
    type: 'changed.account',
    data: { accountId: bob.id, disabled: true, role: 'listener' },
  });
  await accounts.changePerson(bob.id, { disabled: false });
  expect(await accounts.session(headers)).toMatchObject({ account: null, disabled: false });
  await accounts.signIn(BOB, HERE);
});

test('one administrator remains', async () => {
  const accounts = await open();
  await accounts.setup(ADA, HERE);
  const [ada] = await accounts.people();
  const id = ada?.id ?? '';
  await expect(accounts.changePerson(id, { disabled: true })).rejects.toMatchObject({ code: 'conflict' });
  await expect(accounts.changePerson(id, { role: 'listener' })).rejects.toMatchObject({ code: 'conflict' });
  const bob = await accounts.addPerson({ ...BOB, role: 'admin' });
  const outcomes = await Promise.allSettled([
    accounts.changePerson(id, { role: 'listener' }),
    accounts.changePerson(bob.id, { disabled: true }),
  ]);
  expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(accounts.changePerson('nobody', { disabled: true })).rejects.toMatchObject({ code: 'not_found' });
});

test('sign-up is closed by default, and never takes the place of the set-up', async () => {
  const closed = await open('closed');
  const free = await open('open');
  await expect(free.signUp(BOB, HERE)).rejects.toMatchObject({ code: 'signup_closed' });
  await closed.setup(ADA, HERE);
  await expect(closed.signUp(BOB, HERE)).rejects.toMatchObject({ code: 'signup_closed' });
  const cookies = await free.signUp(BOB, HERE);
  expect((await free.session(asHeaders(cookies))).account).toMatchObject({ role: 'listener' });
  await expect(free.signUp({ ...BOB, email: 'BOB@example.org' }, HERE)).rejects.toMatchObject({ code: 'conflict' });
});

test('an invite makes one account, within its week', async () => {
  const accounts = await open('invite');
  await accounts.setup(ADA, HERE);
  const [ada] = await accounts.people();
  const by = ada?.id ?? '';
  await expect(accounts.signUp(BOB, HERE)).rejects.toMatchObject({ code: 'forbidden' });
  const invite = await accounts.makeInvite(by);
  // The address is taken: the invite is not used up.
  await expect(accounts.signUp({ ...ADA, invite: invite.code }, HERE)).rejects.toMatchObject({ code: 'conflict' });
  const outcomes = await Promise.allSettled([
    accounts.signUp({ ...BOB, invite: invite.code }, HERE),
    accounts.signUp({ ...BOB, email: 'eve@example.org', invite: invite.code }, HERE),
  ]);
  expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
  const late = await accounts.makeInvite(by);
  clock.ms = late.expiresAt;
  await expect(accounts.signUp({ ...BOB, email: 'late@example.org', invite: late.code }, HERE)).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('signing out ends the session under every spelling of its cookie', async () => {
  const accounts = await open();
  await accounts.setup(ADA, HERE);
  const headers = asHeaders(await accounts.signIn(ADA, HERE));
  const other = asHeaders(await accounts.signIn(ADA, HERE));
  const cookie = headers.get('cookie') ?? '';
  const spellings = [`${cookie}; x=1`, `y=2; ${cookie}`, cookie.replace('; ', ' ;')].map(
    (text) => new Headers({ cookie: text }),
  );
  for (const spelled of [headers, ...spellings]) {
    expect((await accounts.session(spelled)).account?.name).toBe('Ada');
  }
  await accounts.signOut(spellings[0] ?? headers);
  for (const spelled of [headers, ...spellings]) expect((await accounts.session(spelled)).account).toBeNull();
  expect((await accounts.session(other)).account?.name).toBe('Ada');
});

test('a sign-out and a change of role reach every process, and facts missed while the broker was away count too', async () => {
  const here = await open();
  const there = await open();
  await here.setup(ADA, HERE);
  const bob = await here.addPerson({ ...BOB, role: 'admin' });
  const headers = asHeaders(await here.signIn(BOB, HERE));
  expect((await there.session(headers)).account?.role).toBe('admin');
  await here.changePerson(bob.id, { role: 'listener' });
  await until('the fact', () => published.length === 1);
  expect(published[0]?.data).toEqual({ accountId: bob.id, disabled: false, role: 'listener' });
  for (const fact of published.splice(0)) there.heed(fact);
  const { id: sessionId, account } = await there.session(headers);
  expect(account?.role).toBe('listener');
  await here.signOut(headers);
  await until('the fact', () => published.length === 1);
  expect(published[0]).toMatchObject({ type: 'changed.session', data: { accountId: bob.id, sessionId } });
  expect((await there.session(headers)).account?.role).toBe('listener');
  brokerStatus = 'down';
  expect((await there.session(headers)).account).toBeNull();
});

test('a language that is chosen is the account’s in every process, and another’s stays', async () => {
  const here = await open();
  const there = await open();
  const ada = asHeaders(await here.setup(ADA, HERE));
  await here.addPerson({ ...BOB, role: 'listener' });
  const bob = asHeaders(await here.signIn(BOB, HERE));
  const { account } = await there.session(bob);
  expect(account?.locale).toBeNull();
  await here.setLocale(account?.id ?? '', 'pt-BR');
  expect((await here.session(bob)).account?.locale).toBe('pt-BR');
  await until('the fact', () => published.length === 1);
  for (const fact of published.splice(0)) there.heed(fact);
  expect((await there.session(bob)).account).toMatchObject({ locale: 'pt-BR', role: 'listener' });
  expect((await there.session(ada)).account?.locale).toBeNull();
});

test('listeners are found by the words of their names, not by their addresses, and only a few', async () => {
  const accounts = await open();
  await accounts.setup(ADA, HERE);
  const add = (name: string, email: string) => accounts.addPerson({ ...BOB, name, email, role: 'listener' });
  const joao = await add('João Ávila', 'first@example.org');
  await add('Maria de Jesus', 'second@example.org');
  const gone = await add('Joana', 'third@example.org');
  await accounts.changePerson(gone.id, { disabled: true });
  const find = async (q: string, besides = '') =>
    (await accounts.findPeople(q, besides)).map(({ name }) => name).sort();
  expect(await accounts.findPeople('joao', '')).toEqual([{ id: joao.id, name: 'João Ávila' }]);
  for (const q of ['JO', 'avi', 'á joão', 'joão avila']) expect(await find(q), q).toEqual(['João Ávila']);
  // Of words their beginnings; signs of the database's own mean nothing.
  for (const q of ['vila', 'first', 'example', '@', '%', '__', ' ', 'joao pedro']) expect(await find(q), q).toEqual([]);
  expect(await find('jo', joao.id)).toEqual([]);
  for (let n = 0; n < 10; n++) await add(`Maria ${n}`, `maria${n}@example.org`);
  expect(await find('maria')).toHaveLength(8);
});

test('ten wrong passwords of a stranger do not lock the owner out: not elsewhere, and not on a device that signed in before', async () => {
  const accounts = await open();
  const cookies = await accounts.setup({ ...ADA, setupToken: secrets.setupToken }, ELSEWHERE);
  expect(cookies.at(-1)).toMatch(/^enxame\.device=[\w-]{22}\.[\w-]{43}; Max-Age=31536000; .*HttpOnly; SameSite=Lax$/);
  for (let i = 0; i < 10; i++) {
    await expect(accounts.signIn({ email: ADA.email, password: 'a wrong pass phrase' }, HERE)).rejects.toMatchObject({
      code: 'not_signed_in',
    });
  }
  await expect(accounts.signIn(ADA, HERE)).rejects.toMatchObject({ code: 'too_many_requests' });
  await accounts.signIn(ADA, ELSEWHERE);
  await accounts.signIn(ADA, HERE, asHeaders(cookies).get('cookie'));
});

test('a crowd that signs in is served in turn or told to come again, and the owner’s device goes first', async () => {
  const accounts = await open('closed', new HashQueue({ atOnce: 1, maxWaiting: 2 }));
  const device = asHeaders(await accounts.setup(ADA, HERE)).get('cookie');
  const crowd = Array.from({ length: 8 }, (_, n) =>
    accounts.signIn({ email: `${n}@example.org`, password: 'a guess' }, { ...ELSEWHERE, address: `203.0.113.${n}` }),
  );
  const owner = accounts.signIn(ADA, HERE, device);
  const outcomes = await Promise.allSettled(crowd);
  const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'signed in'));
  expect(codes.filter((code) => code === 'not_signed_in')).toHaveLength(3);
  expect(codes.filter((code) => code === 'unavailable')).toHaveLength(5);
  await owner;
});

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

describe('one’s own account', () => {
  /** Bob, signed in in two browsers. */
  async function twoBrowsers() {
    const accounts = await open();
    const ada = asHeaders(await accounts.setup(ADA, HERE));
    const { id } = await accounts.addPerson({ ...BOB, role: 'listener' });
    const here = asHeaders(await accounts.signIn(BOB, { ...HERE, userAgent: FIREFOX }));
    const there = asHeaders(await accounts.signIn(BOB, ELSEWHERE));
    const current = (await accounts.session(here)).id;
    const proof = (password: string) => ({ account: { id, email: BOB.email }, password, visit: HERE, cookie: null });
    published = [];
    return { accounts, ada, id, here, there, current, proof };
  }
  const isIn = async (accounts: Accounts, headers: Headers) => (await accounts.session(headers)).account !== null;

  test('name and address change everywhere; the address takes the password, and is nobody else’s', async () => {
    const { accounts, id, here, proof } = await twoBrowsers();
    await accounts.own.rename(id, 'Robert');
    expect((await accounts.session(here)).account?.name).toBe('Robert');
    await until('the fact', () => published.length > 0);
    expect(published[0]).toMatchObject({ type: 'changed.account', data: { accountId: id, disabled: false } });
    const wrong = accounts.own.changeEmail(proof('not this one'), 'robert@example.org');
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_password' });
    const taken = accounts.own.changeEmail(proof(BOB.password), ADA.email.toUpperCase());
    await expect(taken).rejects.toMatchObject({ code: 'conflict' });
    await accounts.own.changeEmail(proof(BOB.password), ' Robert@example.org ');
    expect((await accounts.session(here)).account?.email).toBe('robert@example.org');
    await expect(accounts.signIn(BOB, HERE)).rejects.toMatchObject({ code: 'not_signed_in' });
    await accounts.signIn({ ...BOB, email: 'robert@example.org' }, HERE);
  });

  test('a new password takes the old one, and on wish signs the other browsers out', async () => {
    const { accounts, id, here, there, current, proof } = await twoBrowsers();
    const change = (password: string, signOutOthers: boolean) =>
      accounts.own.changePassword(proof(password), { password: 'a newer pass phrase', signOutOthers, keep: current });
    await expect(change('not this one', true)).rejects.toMatchObject({ code: 'wrong_password' });
    await change(BOB.password, false);
    expect(await isIn(accounts, there)).toBe(true);
    const { id: other } = await accounts.session(there);
    await change('a newer pass phrase', true);
    expect([await isIn(accounts, here), await isIn(accounts, there)]).toEqual([true, false]);
    await until('the fact', () => published.length > 0);
    expect(published).toMatchObject([{ type: 'changed.session', data: { accountId: id, sessionId: other } }]);
    await expect(accounts.signIn(BOB, ELSEWHERE)).rejects.toMatchObject({ code: 'not_signed_in' });
  });

  test('guesses at the current password are counted as those at the sign-in are', async () => {
    const { accounts, proof } = await twoBrowsers();
    for (let i = 0; i < 10; i++) {
      await expect(accounts.own.prove(proof(`wrong ${i}`))).rejects.toMatchObject({ code: 'wrong_password' });
    }
    await expect(accounts.own.prove(proof(BOB.password))).rejects.toMatchObject({ code: 'too_many_requests' });
  });

  test('sessions are listed with device, place and time, and end one by one or all at once', async () => {
    const { accounts, ada, id, here, there, current } = await twoBrowsers();
    const listed = await accounts.sessions.list(id, current);
    expect(listed).toHaveLength(2);
    expect(listed.find((one) => one.isCurrent)).toMatchObject({
      id: current,
      device: { browser: 'firefox', system: 'linux' },
      address: HERE.address,
      lastUsedAt: clock.ms,
    });
    const other = listed.find((one) => !one.isCurrent);
    expect(other).toMatchObject({ device: { browser: 'other', system: 'other' }, address: ELSEWHERE.address });
    // Used later from elsewhere, which is noted behind the answer.
    clock.ms += 3_600_000;
    const moved = new Headers({ cookie: there.get('cookie') ?? '', 'x-enxame-address': '198.51.100.9' });
    await accounts.session(moved);
    await until('the note', async () => {
      const [last] = await accounts.sessions.list(id, current);
      return last?.address === '198.51.100.9' && last.lastUsedAt === clock.ms;
    });
    // Another’s is as good as none.
    const adas = (await accounts.session(ada)).id;
    await expect(accounts.sessions.revoke(id, adas)).rejects.toMatchObject({ code: 'not_found' });
    await accounts.sessions.revoke(id, other?.id ?? '');
    expect([await isIn(accounts, here), await isIn(accounts, there), await isIn(accounts, ada)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await accounts.sessions.end(id, { allBut: null })).toBe(1);
    expect(await isIn(accounts, here)).toBe(false);
  });

  test('of very many sessions the longest unused end', async () => {
    const { accounts, id, current } = await twoBrowsers();
    await database.orm.execute(sql`insert into auth.session (id, token, user_id, expires_at, created_at)
      select 'old' || n, 'token' || n, ${id}, now() + interval '1 day', now() - interval '2 days' + n * interval '1 minute'
      from generate_series(1, 100) n`);
    await accounts.signIn(BOB, HERE);
    const left = (await accounts.sessions.list(id, current)).map((one) => one.id);
    expect(left).toHaveLength(100);
    expect(left).toEqual(expect.arrayContaining([current, 'old4']));
    expect(left).not.toContain('old3');
    const all = await queryRows(database.orm, sql`select id from auth.session where user_id = ${id}`);
    expect(all).toHaveLength(100);
  });

  test('a reset link sets the password once, within a day, and signs out everywhere', async () => {
    const { accounts, ada, id, here, there } = await twoBrowsers();
    const by = (await accounts.session(ada)).account?.id ?? '';
    await expect(accounts.own.makeReset(by, by)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(accounts.own.makeReset('nobody', by)).rejects.toMatchObject({ code: 'not_found' });
    const older = await accounts.own.makeReset(id, by);
    const { code } = await accounts.own.makeReset(id, by);
    const reset = (given: string) =>
      accounts.own.resetPassword({ code: given, password: 'a chosen pass phrase' }, ELSEWHERE);
    for (const bad of ['guess', older.code]) await expect(reset(bad)).rejects.toMatchObject({ code: 'forbidden' });
    const outcomes = await Promise.allSettled([reset(code), reset(code)]);
    expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([await isIn(accounts, here), await isIn(accounts, there)]).toEqual([false, false]);
    await expect(accounts.signIn(BOB, ELSEWHERE)).rejects.toMatchObject({ code: 'not_signed_in' });
    await accounts.signIn({ ...BOB, password: 'a chosen pass phrase' }, ELSEWHERE);
    const late = await accounts.own.makeReset(id, by);
    clock.ms = late.expiresAt;
    await expect(reset(late.code)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a password that its owner changes makes a reset link void', async () => {
    const { accounts, id, current, proof } = await twoBrowsers();
    const { code } = await accounts.own.makeReset(id, 'somebody else');
    await accounts.own.changePassword(proof(BOB.password), {
      password: 'a newer pass phrase',
      signOutOthers: false,
      keep: current,
    });
    const reset = accounts.own.resetPassword({ code, password: 'a stolen pass phrase' }, ELSEWHERE);
    await expect(reset).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('an account goes with the password and never the last administrator’s; everybody is told, the services twice', async () => {
    const { accounts, ada, id, here, there, proof } = await twoBrowsers();
    const adas = (await accounts.session(ada)).account;
    const last = {
      account: { id: adas?.id ?? '', email: ADA.email },
      password: ADA.password,
      visit: HERE,
      cookie: null,
    };
    await expect(accounts.deletion.deleteOwn(last)).rejects.toMatchObject({ code: 'conflict' });
    await expect(accounts.deletion.deletePerson(last.account.id, last.account.id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const wrong = accounts.deletion.deleteOwn(proof('not this one'));
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_password' });
    await accounts.appPasswords.make(id, 'a phone');
    await accounts.own.makeReset(id, last.account.id);
    await accounts.deletion.deleteOwn(proof(BOB.password));
    expect([await isIn(accounts, here), await isIn(accounts, there)]).toEqual([false, false]);
    expect(await isDisabled(database, id)).toBe(true);
    await expect(accounts.signIn(BOB, HERE)).rejects.toMatchObject({ code: 'not_signed_in' });
    await until('both facts', () => published.length === 2);
    expect(published).toMatchObject([
      { type: 'changed.account', data: { accountId: id, disabled: true, deleted: true } },
      { type: 'account.deleted', actor: id, data: { accountId: id } },
    ]);
    await accounts.deletion.eraseAgain();
    clock.ms += 300_000;
    await accounts.deletion.eraseAgain();
    await until('the second', () => published.length === 3);
    expect(published[2]).toMatchObject({ type: 'account.deleted', data: { accountId: id } });
    expect(published[2]?.id).not.toBe(published[1]?.id);
    const left = await queryRows(database.orm, sql`select account_id from auth.erasure`);
    expect(left).toEqual([]);
  });
});
