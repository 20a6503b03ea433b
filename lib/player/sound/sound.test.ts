import { afterEach, describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { emptyQueue, type Queue } from '../queue';
import { FakeAudio } from '../testing/fake-media';
import type { GainSettings } from './gain';
import { OutputLevel } from './output-level';
import { queueUntil, type Sleep } from './sleep-timer';
import { Sound } from './sound';

const withGain = (trackDb: number, trackPeak: number): Queue => ({
  ...emptyQueue,
  items: [{ key: 'k', track: someTrack({ gain: { trackDb, trackPeak } }) }],
  index: 0,
});
const track: GainSettings = { mode: 'track', preampDb: 0 };

let ending = new AbortController();
afterEach(() => {
  ending.abort();
  ending = new AbortController();
});

function harness({ queue = emptyQueue, gain = { mode: 'off', preampDb: 0 } as GainSettings, speed = 1 } = {}) {
  const audio = new FakeAudio();
  const clock = new HandClock();
  const told: string[] = [];
  const events = {
    changed: () => told.push('changed'),
    speedChanged: (now: number) => told.push(`speed ${now}`),
    pause: () => {
      told.push('pause');
      audio.pause();
    },
  };
  const preferences = { volume: 1, muted: false, gain, speed, crossfadeS: 0 };
  const sound = new Sound(audio.element, preferences, queue, ending.signal, events, clock);
  return { audio, clock, told, sound };
}

describe('how loud the element plays', () => {
  it('follows the ear’s curve and the gain, and is untouched when both are as they were', () => {
    const { audio, sound } = harness({ queue: withGain(-6.0206, 1) });
    let writes = 0;
    const { volume } = audio;
    Object.defineProperty(audio, 'volume', { get: () => volume, set: () => writes++ });
    sound.follow(withGain(-3, 1));
    audio.fire('playing');
    audio.playTo(1);
    expect([volume, writes]).toEqual([1, 0]);
  });

  it('is lower with a gain, together with the listener’s volume', () => {
    const { audio, sound } = harness({ queue: withGain(-6.0206, 1) });
    sound.setVolume(0.5);
    expect(audio.volume).toBeCloseTo(0.125);
    sound.setGain(track);
    expect(audio.volume).toBeCloseTo(0.0625);
    expect(sound.view).toMatchObject({ volume: 0.5, gain: track });
    sound.follow(withGain(-12.0412, 1));
    expect(audio.volume).toBeCloseTo(0.03125);
    sound.setGain({ mode: 'off', preampDb: 99 });
    expect(audio.volume).toBeCloseTo(0.125);
    expect(sound.view.gain.preampDb).toBe(12);
  });

  it('goes through an amplifier only where it has to be louder than the file, and only once', async () => {
    const audio = new FakeAudio();
    const factors: number[] = [];
    let made = 0;
    const level = new OutputLevel(audio.element, 1, async () => {
      made++;
      return { set: (factor) => factors.push(factor) };
    });
    level.follow(track, withGain(-3, 0.2));
    level.follow(track, withGain(6.0206, 0.2));
    expect([made, audio.volume]).toEqual([0, 1]);
    await audio.play();
    level.follow(track, withGain(6.0206, 0.2));
    await new Promise(setImmediate);
    expect(made).toBe(1);
    expect(factors.at(-1)).toBeCloseTo(2, 3);
    level.volume = 0.5;
    expect(factors.at(-1)).toBe(1);
    expect(audio.volume).toBeCloseTo(0.25, 3);
    level.volume = 1;
    expect(made).toBe(1);
  });

  it('stays that of the file where the browser gives no amplifier', async () => {
    const audio = new FakeAudio();
    const level = new OutputLevel(audio.element, 1, async () => null);
    await audio.play();
    level.follow(track, withGain(6, 0.2));
    await new Promise(setImmediate);
    expect(audio.volume).toBe(1);
  });

  it('is left alone where pages cannot set it', () => {
    const audio = new FakeAudio();
    Object.defineProperty(audio, 'volume', { get: () => 1, set: () => {} });
    const level = new OutputLevel(audio.element, 0.5, async () => expect.unreachable());
    level.follow(track, withGain(6, 0.2));
    expect([level.fixed, level.volume]).toEqual([true, 0.5]);
  });
});

describe('the speed', () => {
  it('keeps the pitch and is that of every source to come', () => {
    const { audio, sound, told } = harness({ speed: 1.25 });
    expect(audio).toMatchObject({ playbackRate: 1.25, defaultPlaybackRate: 1.25, preservesPitch: true });
    sound.setSpeed(1.5);
    expect(audio).toMatchObject({ playbackRate: 1.5, defaultPlaybackRate: 1.5 });
    expect(told).toEqual(['speed 1.5', 'changed']);
  });

  it.each([
    [3, 2],
    [0.1, 0.5],
    [Number.NaN, 1],
  ])('%s is taken for %s', (asked, speed) => {
    const { audio, sound } = harness();
    sound.setSpeed(asked);
    expect(audio.playbackRate).toBe(speed);
  });

  it('follows the browser’s own control, within the same limits', () => {
    const { audio, sound, told } = harness();
    audio.playbackRate = 0.75;
    audio.fire('ratechange');
    expect([sound.view.speed, told]).toEqual([0.75, ['speed 0.75', 'changed']]);
    audio.playbackRate = 16;
    audio.fire('ratechange');
    expect([sound.view.speed, audio.playbackRate]).toEqual([2, 2]);
    audio.fire('ratechange');
    expect(told).toHaveLength(4);
  });
});

describe('the sleep timer', () => {
  it('fades out in the last seconds, pauses, and leaves the volume as it was', () => {
    const { audio, clock, sound, told } = harness();
    sound.setSleep({ minutes: 1 });
    expect(sound.view.sleep).toEqual({ kind: 'time', at: clock.now() + 60_000 });
    clock.pass(51_000);
    expect(audio.volume).toBe(1);
    clock.pass(5_000);
    expect(audio.volume).toBeGreaterThan(0.15);
    expect(audio.volume).toBeLessThan(0.35);
    clock.pass(3_900);
    expect(audio.volume).toBeLessThan(0.01);
    expect(told).not.toContain('pause');
    clock.pass(100);
    expect(told).toEqual(['changed', 'pause', 'changed']);
    expect([audio.volume, sound.view.sleep]).toEqual([1, null]);
    clock.pass(3_600_000);
    expect(told).toHaveLength(3);
  });

  it('compares with the clock when the page’s timers were late', () => {
    const { audio, clock, sound, told } = harness();
    sound.setSleep({ minutes: 30 });
    const sleeping = clock.now;
    clock.now = () => sleeping() + 31 * 60_000;
    audio.playTo(5);
    expect(told).toEqual(['changed', 'pause', 'changed']);
  });

  it('can be cancelled, also while it fades', () => {
    const { audio, clock, sound, told } = harness();
    sound.setSleep({ minutes: 1 });
    clock.pass(57_000);
    expect(audio.volume).toBeLessThan(1);
    sound.setSleep(null);
    expect([audio.volume, sound.view.sleep]).toEqual([1, null]);
    clock.pass(60_000);
    expect(told).not.toContain('pause');
  });

  it('at the end of the track or of the queue is told when that is', () => {
    const { sound } = harness();
    expect(sound.trackEnded()).toBe(false);
    sound.setSleep('queue');
    expect([sound.trackEnded(), sound.view.sleep]).toEqual([false, { kind: 'queue' }]);
    sound.queueEnded();
    expect(sound.view.sleep).toBeNull();
    sound.setSleep('track');
    expect([sound.trackEnded(), sound.view.sleep]).toEqual([true, null]);
  });

  it.each<[string, Sleep | null, Partial<Queue>]>([
    ['nothing changes without one', null, { repeat: 'all' }],
    ['nor with a time', { kind: 'time', at: 1 }, { repeat: 'all' }],
    ['nothing repeats before the end of the queue', { kind: 'queue' }, { repeat: 'off' }],
  ])('%s', (_, sleep, expected) => {
    const queue: Queue = { ...withGain(0, 1), repeat: 'all' };
    expect(queueUntil(sleep, queue)).toEqual({ ...queue, ...expected });
  });

  it('nothing follows the end of the track', () => {
    const [item] = withGain(0, 1).items;
    if (item === undefined) expect.unreachable();
    const queue: Queue = { ...emptyQueue, items: [item, item, item], index: 1, repeat: 'one' };
    expect(queueUntil({ kind: 'track' }, queue)).toMatchObject({ items: [item, item], repeat: 'off' });
  });
});
