/** Devices of one account find and control each other through a real signaling server, and nobody else's. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { DeviceState } from '@/lib/contracts/devices';
import { newMessageId } from '@/lib/contracts/ids';
import { startTestSignaling, type TestSignaling } from '../support/signaling';

const refused = (code: string) => ({ error: expect.objectContaining({ code }) });
const state: DeviceState = {
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
};
const pause = (to: string) => ({ to, id: newMessageId(), command: { do: 'pause' } });

let server: TestSignaling;
beforeAll(async () => {
  server = await startTestSignaling();
});
afterAll(() => server.close());

it('passes on what a device plays, to the others of its account alone', async () => {
  const [desk, phone, other] = [
    await server.peer({ account: 'anna' }),
    await server.peer({ account: 'anna' }),
    await server.peer({ account: 'bob' }),
  ];
  await phone.ask('announce', { device: 'phone', state });
  await other.ask('announce', { device: 'spy', state });
  expect(await desk.ask('announce', { device: 'desk', state })).toMatchObject({ ok: { runsOn: { browser: 'other' } } });
  expect(await phone.hears('device')).toMatchObject({ device: 'desk', state: { status: 'playing' }, runsOn: {} });
  await phone.ask('announce', { device: 'phone', state, to: 'desk' });
  expect(await desk.hears('device')).toMatchObject({ device: 'phone' });
  const sent = pause('desk');
  expect(await phone.ask('command', sent)).toEqual({ ok: {} });
  expect(await desk.hears('command')).toEqual({ from: 'phone', id: sent.id, command: { do: 'pause' } });
  // Another account's device is not there, whatever it is called.
  expect(await other.ask('command', pause('desk'))).toEqual(refused('not_found'));
  expect(desk.told('command')).toHaveLength(1);
  phone.socket.disconnect();
  expect(await desk.hears('deviceGone')).toEqual({ device: 'phone' });
  expect(await desk.ask('command', pause('phone'))).toEqual(refused('not_found'));
  expect([other.told('device'), other.told('deviceGone')]).toEqual([[], []]);
});

it('takes a device by its newest socket, and lets it go only with its last', async () => {
  const [desk, old, young] = [
    await server.peer({ account: 'carla' }),
    await server.peer({ account: 'carla' }),
    await server.peer({ account: 'carla' }),
  ];
  await desk.ask('announce', { device: 'desk', state });
  await old.ask('announce', { device: 'phone', state });
  await young.ask('announce', { device: 'phone', state });
  old.socket.disconnect();
  await young.ask('announce', { device: 'phone', state: { ...state, status: 'paused' } });
  await desk.hears('device', ({ state: said }) => said?.status === 'paused');
  expect(await desk.ask('command', pause('phone'))).toEqual({ ok: {} });
  expect(desk.told('deviceGone')).toEqual([]);
  await young.ask('announce', { device: 'phone', state: null });
  expect(await desk.hears('deviceGone')).toEqual({ device: 'phone' });
  // What no longer takes part hears nothing more.
  await desk.ask('announce', { device: 'desk', state });
  expect(young.told('device').filter(({ state: said }) => said === null)).toEqual([]);
});

it('refuses what does not fit, commands of whoever did not announce itself, and too many', async () => {
  const [one, two] = [await server.peer({ account: 'dora' }), await server.peer({ account: 'dora' })];
  await two.ask('announce', { device: 'two', state });
  expect(await one.ask('command', pause('two'))).toEqual(refused('forbidden'));
  await one.ask('announce', { device: 'one', state });
  expect(await one.ask('announce', { device: 'three', state })).toEqual(refused('invalid_request'));
  const wrong = [{ ...pause('two'), command: { do: 'explode' } }, { ...pause('two'), to: 'a:b' }, { to: 'two' }];
  for (const sent of wrong) expect(await one.ask('command', sent)).toEqual(refused('invalid_request'));
  const many = await Promise.all(Array.from({ length: 60 }, () => two.ask('command', pause('one'))));
  expect(many).toContainEqual(refused('too_many_requests'));
});
