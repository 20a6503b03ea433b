import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Accounts, openAccounts } from '@/lib/auth/accounts';
import { HashQueue } from '@/lib/auth/passwords';
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
  await database.orm.execute(sql`truncate auth.user cascade`);
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
