import { expect, it } from 'vitest';
import { databaseFailure, databaseIsAway } from './away';
import { diskFull } from './disk-space';

const coded = (code: string) => Object.assign(new Error('failed'), { code });

it.each<[string, unknown, boolean]>([
  ['nobody listens', coded('ECONNREFUSED'), true],
  ['the server ends', coded('57P01'), true],
  ['the server starts', coded('57P03'), true],
  ['a connection failure', coded('08006'), true],
  ['too many clients', coded('53300'), true],
  ['a broken connection', new Error('Connection terminated unexpectedly'), true],
  ['wrapped by a library', new Error('Failed query', { cause: coded('ECONNRESET') }), true],
  ['a duplicate key', coded('23505'), false],
  ['a wrong query', new Error('Failed query', { cause: coded('42601') }), false],
  ['a fault of ours', new TypeError('undefined is not a function'), false],
  ['no error', 'ECONNREFUSED', false],
])('%s', (_, error, away) => {
  expect(databaseIsAway(error)).toBe(away);
});

it.each<[string, unknown, string | undefined]>([
  ['PostgreSQL has no room', new Error('Failed query', { cause: coded('53100') }), 'disk_full'],
  ['a file cannot be written', coded('ENOSPC'), 'disk_full'],
  ['a quota is used up', coded('EDQUOT'), 'disk_full'],
  ['the embedded database takes no changes', new Error('Failed query', { cause: diskFull(null) }), 'disk_full'],
  ['nobody listens', coded('ECONNREFUSED'), 'unavailable'],
  ['a duplicate key', coded('23505'), undefined],
])('the answer when %s', (_, error, code) => {
  expect(databaseFailure(error)?.code).toBe(code);
});
