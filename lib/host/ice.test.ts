import { expect, test } from 'vitest';
import { iceServersFor } from './ice';

const own = { iceServers: null, signalingUrl: '', stunPort: 3000 };

test('by default the STUN of this server, under the name the page used', () => {
  expect(iceServersFor(own, 'radio.example:8080')).toEqual([{ urls: 'stun:radio.example:3000' }]);
  expect(iceServersFor(own, '[::1]:8080')).toEqual([{ urls: 'stun:[::1]:3000' }]);
  expect(iceServersFor({ ...own, signalingUrl: 'https://signals.example' }, 'radio.example')).toEqual([
    { urls: 'stun:signals.example:3000' },
  ]);
  expect(iceServersFor(own, 'not a host')).toEqual([]);
});

test('those that are configured, and no others', () => {
  const iceServers = [{ urls: 'turn:turn.example', username: 'u', credential: 'c' }];
  expect(iceServersFor({ ...own, iceServers }, 'radio.example')).toEqual(iceServers);
  expect(iceServersFor({ ...own, iceServers: [] }, 'radio.example')).toEqual([]);
});
