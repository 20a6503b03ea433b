import { expect, it } from 'vitest';
import { waitingFor } from './waiting';

const failure = { code: 'unavailable' as const, message: '' };

it.each([
  ['playing', null, true, null],
  ['paused', failure, true, null],
  ['loading', null, false, 'bytes'],
  ['stalled', null, false, 'bytes'],
  ['loading', failure, false, 'failure'],
  ['loading', failure, true, 'server'],
  ['stalled', null, true, 'server'],
] as const)('%s with the failure %o, the connection down: %s, waits for %s', (status, error, down, waited) => {
  expect(waitingFor({ status, error }, down)).toBe(waited);
});
