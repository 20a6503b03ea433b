import { expect, test } from 'vitest';
import { iceServersFor } from './ice';

const own = { iceServers: null, signalingUrl: '', stunPort: 3000, turn: null };
const NOW = 1_700_000_000_000;

test('by default the STUN of this server, under the name the page used', () => {
  expect(iceServersFor(own, 'radio.example:8080', 'peer', NOW)).toEqual([{ urls: 'stun:radio.example:3000' }]);
  expect(iceServersFor(own, '[::1]:8080', 'peer', NOW)).toEqual([{ urls: 'stun:[::1]:3000' }]);
  expect(iceServersFor({ ...own, signalingUrl: 'https://signals.example' }, 'radio.example', 'peer', NOW)).toEqual([
    { urls: 'stun:signals.example:3000' },
  ]);
  expect(iceServersFor(own, 'not a host', 'peer', NOW)).toEqual([]);
});

test('those that are configured, and no others', () => {
  const iceServers = [{ urls: 'turn:turn.example', username: 'u', credential: 'c' }];
  expect(iceServersFor({ ...own, iceServers }, 'radio.example', 'peer', NOW)).toEqual(iceServers);
  expect(iceServersFor({ ...own, iceServers: [] }, 'radio.example', 'peer', NOW)).toEqual([]);
});

test('a relay beside them, with credentials that expire', () => {
  const turn = { url: 'turn:relay.example:3478', secret: 'shared' };
  const [, relay] = iceServersFor({ ...own, turn }, 'radio.example', 'peer', NOW);
  expect(relay).toEqual({
    urls: 'turn:relay.example:3478',
    username: '1700003600:peer',
    // printf 1700003600:peer | openssl dgst -sha1 -hmac shared -binary | base64
    credential: 'm+P05hQFxwdJyBlVdCwVmfyWxWI=',
  });
});
