import { beforeEach, describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { Announcement } from '@/lib/contracts/devices';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { HandClock } from '@/lib/util/testing/hand-clock';
import type { Handover } from '../api';
import { FakePlayer } from '../testing/fake-player';
import { type DeviceChannel, Devices } from './devices';
import type { QueueServer } from './queue-keeper';
import { sentParts } from './remote-player';

const tracks = ['a', 'b', 'c', 'd'].map((letter) => someTrack({ id: letter.repeat(22), title: letter }));
const titles = ({ state }: Pick<FakePlayer, 'state'>) => state().queue.map(({ track }) => track.title);
const RUNS_ON = { browser: 'firefox', system: 'linux' } as const;

/** Signaling and the gateway as devices see them. Everything crosses as JSON, and at the next turn. */
class Hub implements QueueServer {
  readonly queues = new Map<string, Handover>();
  readonly names = new Map<string, string>();
  private readonly lines = new Map<string, Line>();
  private saves = 100;

  line(): Line {
    return new Line(this);
  }
  async get(device: string): Promise<Handover> {
    const queue = this.queues.get(device);
    if (queue === undefined) throw new EnxameError('not_found', 'none');
    return structuredClone(queue);
  }
  async save(device: string, queue: Handover, name: string): Promise<number> {
    this.queues.set(device, structuredClone(queue));
    this.names.set(device, name);
    return ++this.saves;
  }
  announce(from: Line, { to, ...said }: Announcement): void {
    if (said.state === null) {
      this.gone(said.device);
      return;
    }
    this.lines.set(said.device, from);
    from.device = said.device;
    for (const [id, line] of this.lines) {
      if (line !== from && (to === undefined || to === id)) line.hear('device', { ...said, runsOn: RUNS_ON });
    }
  }
  command(from: Line, { to, ...sent }: { to: string }): void {
    const line = this.lines.get(to);
    if (line === undefined) throw new EnxameError('not_found', 'gone');
    if (!line.isAsleep) line.hear('command', { from: from.device, ...sent });
  }
  gone(device: string): void {
    this.lines.delete(device);
    for (const line of this.lines.values()) line.hear('deviceGone', { device });
  }
}

class Line implements DeviceChannel {
  device = '';
  /** Hears commands and does nothing. */
  isAsleep = false;
  said = 0;
  private state = 'up';
  private readonly listeners = new Map<string, ((data: unknown) => void)[]>();
  private readonly states: ((state: string) => void)[] = [];

  constructor(private readonly hub: Hub) {}

  getState = () => this.state;
  onState(listener: (state: string) => void) {
    this.states.push(listener);
    return () => {};
  }
  on(event: string, listener: (data: unknown) => void) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return () => {};
  }
  async ask(event: 'announce' | 'command', given: object): Promise<unknown> {
    this.said++;
    const crossed = structuredClone(given);
    await Promise.resolve();
    if (event === 'announce') this.hub.announce(this, crossed as Announcement);
    else this.hub.command(this, crossed as { to: string });
    return { runsOn: RUNS_ON };
  }
  hear(event: string, data: object): void {
    const crossed = structuredClone(data);
    queueMicrotask(() => {
      if (this.state === 'up') for (const listener of this.listeners.get(event) ?? []) listener(crossed);
    });
  }
  /** @param isNoticed the server tells the others when it goes */
  become(state: string, isNoticed = true): void {
    this.state = state;
    if (state !== 'up' && isNoticed) this.hub.gone(this.device);
    for (const listener of this.states) listener(state);
  }
}

let clock: HandClock;
let hub: Hub;
const failures: unknown[] = [];

function device(id: string) {
  const player = new FakePlayer();
  const line = hub.line();
  const devices = new Devices({
    device: id,
    player,
    channel: line,
    server: hub,
    clock,
    nameOf: ({ browser }) => browser,
    failed: (error) => failures.push(isEnxameError(error) ? error.code : error),
  });
  return { id, player, line, devices };
}

/** Whatever is under way, and what is due within a second. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    for (let n = 0; n < 20; n++) await Promise.resolve();
    clock.pass(100);
  }
}

beforeEach(() => {
  clock = new HandClock();
  hub = new Hub();
  failures.length = 0;
});

async function two() {
  const [desk, phone] = [device('desk'), device('phone')] as const;
  await settled();
  return [desk, phone] as const;
}

describe('devices of one listener', () => {
  it('answer one that is back before anybody missed it', async () => {
    const [, phone] = await two();
    phone.line.become('connecting', false);
    phone.line.become('up');
    await settled();
    expect(phone.devices.state().others.map(({ id }) => id)).toEqual(['desk']);
  });

  it('know of each other, and what each plays', async () => {
    const [desk, phone] = await two();
    desk.player.playNow(tracks, 1);
    await settled();
    expect(phone.devices.state().others).toMatchObject([
      { id: 'desk', state: { status: 'playing', track: { title: 'b' } } },
    ]);
    const late = device('tv');
    await settled();
    expect(
      late.devices
        .state()
        .others.map(({ id }) => id)
        .sort(),
    ).toEqual(['desk', 'phone']);
    expect(failures).toEqual([]);
  });

  it('say nothing while time passes, and nothing at all when alone', async () => {
    const alone = device('desk');
    await settled();
    alone.player.playNow(tracks, 0);
    await settled();
    expect(alone.line.said).toBe(1);
    device('phone');
    await settled();
    const { said } = alone.line;
    for (let s = 0; s < 5; s++) {
      clock.pass(1_000);
      alone.player.seek(alone.player.state().positionS + 1);
    }
    await settled();
    expect(alone.line.said).toBeLessThanOrEqual(said + 1);
  });

  it('control each other: what plays, where, how loud, and the queue', async () => {
    const [desk, phone] = await two();
    desk.player.playNow(tracks, 0);
    await settled();
    phone.devices.choose('desk');
    await settled();
    const remote = phone.devices.player;
    expect(titles(remote as FakePlayer)).toEqual(['a', 'b', 'c', 'd']);
    remote.pause();
    // At once, before the other has heard of it.
    expect([remote.state().status, desk.player.state().status]).toEqual(['paused', 'playing']);
    await settled();
    expect(desk.player.state().status).toBe('paused');
    remote.play();
    remote.seek(20);
    remote.setVolume(0.5);
    remote.setRepeat('all');
    remote.next();
    await settled();
    expect(desk.player.state()).toMatchObject({ status: 'playing', index: 1, volume: 0.5, repeat: 'all' });
    expect(remote.state()).toMatchObject({ status: 'playing', index: 1, volume: 0.5, repeat: 'all' });
    remote.jumpTo(remote.state().queue[3]?.key ?? '');
    await settled();
    expect(desk.player.state().index).toBe(3);
    const undo = remote.edit({ kind: 'remove', keys: [remote.state().queue[0]?.key ?? ''] });
    await settled();
    expect([titles(desk.player), titles(remote as FakePlayer)]).toEqual([
      ['b', 'c', 'd'],
      ['b', 'c', 'd'],
    ]);
    remote.undo(undo);
    await settled();
    expect(titles(desk.player)).toEqual(['a', 'b', 'c', 'd']);
    remote.edit({
      kind: 'move',
      keys: [remote.state().queue[3]?.key ?? ''],
      before: remote.state().queue[0]?.key ?? null,
    });
    await settled();
    expect(titles(desk.player)).toEqual(['d', 'a', 'b', 'c']);
    expect(remote.enqueue(tracks.slice(0, 2), 'end')).toBe(2);
    await settled();
    expect(titles(remote as FakePlayer)).toEqual(['d', 'a', 'b', 'c', 'a', 'b']);
    remote.playNow([...tracks].reverse(), 1);
    expect(remote.state()).toMatchObject({ status: 'loading', queue: [{ track: { title: 'c' } }] });
    await settled();
    expect([titles(desk.player), desk.player.state().index]).toEqual([['d', 'c', 'b', 'a'], 1]);
    expect(failures).toEqual([]);
    // This device played nothing of that.
    expect(phone.player.state()).toMatchObject({ status: 'idle', queue: [] });
  });

  it('send a slider’s last place, and few on the way', async () => {
    const [desk, phone] = await two();
    desk.player.playNow(tracks, 0);
    phone.devices.choose('desk');
    await settled();
    const { said } = phone.line;
    for (let n = 1; n <= 40; n++) {
      phone.devices.player.setVolume(n / 40);
      clock.pass(10);
    }
    await settled();
    expect(desk.player.state().volume).toBe(1);
    expect(phone.line.said - said).toBeLessThanOrEqual(4);
  });

  it('hand over: what plays goes on at its place, with shuffle and repeat, and stops there', async () => {
    const [desk, phone] = await two();
    desk.player.setShuffle(true);
    desk.player.setRepeat('all');
    desk.player.playNow(tracks, 2);
    desk.player.seek(33);
    await settled();
    await Promise.all([phone.devices.continueHere('desk'), settled()]);
    expect(desk.player.state().status).toBe('paused');
    expect(phone.player.state()).toMatchObject({ status: 'playing', positionS: 33, shuffle: true, repeat: 'all' });
    expect(titles(phone.player)).toEqual(titles(desk.player));
    phone.player.setShuffle(false);
    expect(titles(phone.player)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('move what plays to a silent device that is chosen', async () => {
    const [desk, phone] = await two();
    phone.player.playNow(tracks, 1);
    phone.player.seek(7);
    phone.devices.choose('desk');
    await settled();
    expect(phone.player.state().status).toBe('paused');
    expect(desk.player.state()).toMatchObject({ status: 'playing', index: 1, positionS: 7 });
  });

  it('go on with the queue of a device that was closed', async () => {
    const [desk, phone] = await two();
    desk.player.playNow(tracks, 1);
    await settled();
    hub.gone('desk');
    await settled();
    expect(hub.names.get('desk')).toBe('firefox');
    await phone.devices.continueHere('desk');
    expect([titles(phone.player), phone.player.state().status]).toEqual([['a', 'b', 'c', 'd'], 'playing']);
  });

  it('say so when the chosen one is gone, and find it again', async () => {
    const [desk, phone] = await two();
    desk.player.playNow(tracks, 0);
    await settled();
    phone.devices.choose('desk');
    phone.devices.player.pause();
    hub.gone('desk');
    await settled();
    expect(phone.devices.state().chosen?.link).toBe('gone');
    expect(failures).toEqual(['not_found']);
    expect(phone.devices.player.state().status).toBe('paused');
    desk.line.become('up');
    await settled();
    expect(phone.devices.state().chosen?.link).toBe('live');
  });

  it('say so when it does not answer', async () => {
    const [desk, phone] = await two();
    desk.line.isAsleep = true;
    phone.devices.choose('desk');
    phone.devices.player.play();
    for (let s = 0; s < 7; s++) await settled();
    expect(failures).toEqual(['unavailable']);
    expect(phone.devices.player.state().status).not.toBe('playing');
  });

  it('refuse a change of a queue that is another by now', async () => {
    const [desk, phone] = await two();
    desk.player.playNow(tracks, 0);
    await settled();
    phone.devices.choose('desk');
    await settled();
    const [, second] = phone.devices.player.state().queue;
    desk.player.playNow([...tracks].reverse(), 0);
    phone.devices.player.edit({ kind: 'remove', keys: [second?.key ?? ''] });
    await settled();
    expect(failures).toEqual(['conflict']);
    expect(titles(desk.player)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('are gone once turned off', async () => {
    const [desk, phone] = await two();
    desk.devices.close();
    await settled();
    expect(phone.devices.state().others).toEqual([]);
  });
});

it('what strangers might send changes nothing', async () => {
  const [desk, phone] = await two();
  for (const data of [
    null,
    7,
    {},
    { device: 'x' },
    { device: 'x', state: {}, runsOn: RUNS_ON },
    { from: 'x', id: '1', command: { do: 'play' } },
  ]) {
    for (const event of ['device', 'command', 'deviceGone']) phone.line.hear(event, data as object);
  }
  await settled();
  expect(phone.devices.state().others.map(({ id }) => id)).toEqual(['desk']);
  expect(desk.player.state().status).toBe('idle');
});

it('tracks are sent in messages of a bounded size', () => {
  const long = Array.from({ length: 50 }, () => someTrack({ title: '日'.repeat(1000), artist: '本'.repeat(1000) }));
  const parts = sentParts(long);
  expect(parts.flat()).toHaveLength(50);
  for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(48 * 1024);
  expect(sentParts(tracks)).toHaveLength(1);
  expect(sentParts([])).toEqual([]);
});
