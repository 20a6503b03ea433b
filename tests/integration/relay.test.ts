import { afterAll, beforeAll, expect, it } from 'vitest';
import { iceServersFor } from '@/lib/config/ice';
import type { Dial, Ice, Link } from '@/lib/swarm/connections/link';
import { simplePeerConnect, type Webrtc } from '@/lib/swarm/connections/simple-peer-link';
import { systemClock } from '@/lib/util/clock';
import { until } from '@/testing/wait';
import { type Coturn, startCoturn } from '@/tests/support/coturn';

let coturn: Coturn;
beforeAll(async () => {
  coturn = await startCoturn();
});
afterAll(() => coturn?.stop());

it('carries a link whose ends never tell their addresses, with the credentials that the gateway gives', async () => {
  const { default: wrtc } = (await import('@roamhq/wrtc')) as unknown as { default: Webrtc };
  const connect = simplePeerConnect(systemClock, wrtc);
  const config = { iceServers: [], signalingUrl: '', stunPort: 0, turn: { url: coturn.url, secret: coturn.secret } };
  const ice: Ice = { iceServers: iceServersFor(config, null, 'peer', Date.now()), relayOnly: true };
  const signals: string[] = [];
  const ends: { a?: Dial; b?: Dial } = {};
  const relay = (to: 'a' | 'b') => (text: string) => {
    signals.push(text);
    ends[to]?.signal(text);
  };
  ends.b = connect({ peer: 'a', initiator: false, ice, onSignal: relay('a') });
  ends.a = connect({ peer: 'b', initiator: true, ice, onSignal: relay('b') });
  const [a, b] = (await Promise.all([ends.a.link, ends.b.link])) as [Link, Link];
  try {
    const heard: Uint8Array[] = [];
    b.onFrame((frame) => heard.push(Uint8Array.from(frame)));
    await a.send(Uint8Array.of(1, 2, 3));
    await until('the frame', () => heard.length > 0);
    expect(heard).toEqual([Uint8Array.of(1, 2, 3)]);
    const candidates = signals.join('\n').match(/typ \w+/g) ?? [];
    expect(candidates.length).toBeGreaterThan(0);
    expect(new Set(candidates)).toEqual(new Set(['typ relay']));
  } finally {
    a.close();
    b.close();
  }
});
