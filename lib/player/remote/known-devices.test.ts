import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { DeviceState } from '@/lib/contracts/devices';
import { afterChoosing, afterEvent, type DeviceEvent, noDevices, type OtherDevice, positionNow } from './known-devices';

const state = (part: Partial<DeviceState> = {}): DeviceState => ({
  status: 'playing',
  track: someTrack({}),
  index: 0,
  count: 1,
  queue: 1,
  positionS: 10,
  durationS: 60,
  speed: 1,
  volume: 1,
  muted: false,
  volumeFixed: false,
  repeat: 'off',
  shuffle: false,
  ...part,
});
const device = (id: string, part: Partial<OtherDevice> = {}): OtherDevice => ({
  id,
  runsOn: { browser: 'firefox', system: 'linux' },
  state: state(),
  at: 1_000,
  ...part,
});
const heard = (id: string, part: Partial<OtherDevice> = {}): DeviceEvent => ({
  kind: 'heard',
  device: device(id, part),
});
const choose = (id: string | null): DeviceEvent => ({ kind: 'choose', id });
const gone = (id: string): DeviceEvent => ({ kind: 'gone', id });
const disconnected: DeviceEvent = { kind: 'disconnected' };
const answersOver: DeviceEvent = { kind: 'answersOver' };

describe('the devices that are known', () => {
  it.each<[string, DeviceEvent[], string[], string | null, string | null]>([
    ['none', [], [], null, null],
    ['two, in their order', [heard('a'), heard('b'), heard('a')], ['a', 'b'], null, null],
    ['one that left', [heard('a'), heard('b'), gone('a')], ['b'], null, null],
    ['one is chosen', [heard('a'), choose('a')], ['a'], 'a', 'live'],
    ['one that is not there cannot be', [heard('a'), choose('b')], ['a'], null, null],
    ['this device again', [heard('a'), choose('a'), choose(null)], ['a'], null, null],
    ['the chosen one left', [heard('a'), choose('a'), gone('a')], [], 'a', 'gone'],
    ['another one left', [heard('a'), heard('b'), choose('a'), gone('b')], ['a'], 'a', 'live'],
    ['it was reloaded', [heard('a'), choose('a'), gone('a'), heard('a')], ['a'], 'a', 'live'],
    ['the connection is lost', [heard('a'), choose('a'), disconnected], [], 'a', 'away'],
    ['and back', [heard('a'), choose('a'), disconnected, heard('a'), answersOver], ['a'], 'a', 'live'],
    ['and back without it', [heard('a'), choose('a'), disconnected, heard('b'), answersOver], ['b'], 'a', 'gone'],
    ['lost after it left', [heard('a'), choose('a'), gone('a'), disconnected], [], 'a', 'gone'],
    ['nothing was chosen', [heard('a'), disconnected, answersOver], [], null, null],
  ])('%s', (_, events, others, chosen, link) => {
    const known = events.reduce(afterEvent, noDevices);
    expect(known.others.map(({ id }) => id)).toEqual(others);
    expect([known.chosen?.device.id ?? null, known.chosen?.link ?? null]).toEqual([chosen, link]);
  });

  it('have the state that they said last, the chosen one too', () => {
    const paused = { state: state({ status: 'paused' }) };
    const known = [heard('a'), choose('a'), heard('a', paused)].reduce(afterEvent, noDevices);
    expect([known.others[0]?.state.status, known.chosen?.device.state.status]).toEqual(['paused', 'paused']);
  });
});

it.each([
  ['playing', 'paused', 'move'],
  ['loading', 'idle', 'move'],
  ['stalled', 'ended', 'move'],
  ['playing', 'playing', 'pause'],
  ['paused', 'playing', 'nothing'],
  ['idle', 'idle', 'nothing'],
  ['error', 'paused', 'nothing'],
] as const)('while this device is %s, choosing one that is %s means %s', (own, other, does) => {
  expect(afterChoosing({ status: own }, { status: other })).toBe(does);
});

it.each([
  ['plays on', {}, 6_000, 15],
  ['plays faster', { speed: 2 }, 6_000, 20],
  ['is paused', { status: 'paused' }, 6_000, 10],
  ['waits for bytes', { status: 'stalled' }, 6_000, 10],
  ['is not past the end', {}, 600_000, 60],
  ['has no known length', { durationS: 0 }, 601_000, 610],
  ['was heard of by a clock that was set back', {}, 0, 10],
] as const)('a track that %s', (_, part, now, positionS) => {
  expect(positionNow(device('a', { state: state(part) }), now)).toBe(positionS);
});
