import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { emptyQueue, MAX_QUEUE_ITEMS, playNow, type Queue, setShuffle } from './queue';
import { SavedState } from './saved-state';
import { MemoryStorage } from './testing/memory-storage';

const track = someTrack({ title: 'Água', durationS: 61.5 });
let keys = 0;
const chance = { newKey: () => `k${keys++}`, random: () => 0.5 };
const gain = { mode: 'auto', preampDb: -3 } as const;
const preferences = {
  volume: 0.4,
  muted: true,
  gain,
  speed: 1.5,
  crossfadeS: 6,
  repeat: 'all',
  shuffle: true,
} as const;

/** A queue without its keys: places stand for them. */
const shape = ({ items, unshuffled, ...rest }: Queue) => ({
  ...rest,
  tracks: items.map((item) => item.track),
  unshuffled: unshuffled?.map((key) => items.findIndex((item) => item.key === key)),
});

describe('what is saved', () => {
  it('comes back: queue, position, order before shuffling, preferences', () => {
    const tab = new MemoryStorage();
    const browser = new MemoryStorage();
    const plain = playNow({ ...emptyQueue, repeat: 'all' }, [track, track, track], 1, chance);
    const queue = setShuffle(plain, true, chance);
    const saved = new SavedState(tab, browser);
    saved.writeQueue(queue);
    saved.flush();
    const play = { trackId: track.id, playId: 'p'.repeat(22), heardS: 11.5, bytes: { cache: 1, peer: 2, origin: 3 } };
    saved.writePosition({ index: 0, trackId: track.id, positionS: 12.5, play });
    saved.writePreferences(preferences);
    const back = new SavedState(tab, browser).read();
    // Keys are made anew.
    expect(shape(back.queue)).toEqual(shape(queue));
    expect(back.positionS).toBe(12.5);
    expect(back.play).toEqual(play);
    expect(back.preferences).toMatchObject(preferences);
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['another shape', '{"v":2,"count":1,"columns":{"title":{"values":["A"],"at":null}},"unshuffled":null}'],
    ['places that are not there', '{"v":2,"count":1,"columns":{"id":{"values":[],"at":[7]}},"unshuffled":[3]}'],
    ['another version', '{"v":1,"items":[],"unshuffled":null}'],
  ])('begins empty from %s', (_, text) => {
    const tab = new MemoryStorage();
    if (text !== null) tab.setItem('enxame.player.queue', text);
    expect(new SavedState(tab, null).read()).toEqual({
      queue: emptyQueue,
      positionS: 0,
      play: null,
      preferences: {
        volume: 1,
        muted: false,
        gain: { mode: 'off', preampDb: 0 },
        speed: 1,
        crossfadeS: 0,
        repeat: 'off',
        shuffle: false,
      },
    });
  });

  it('keeps a volume of before the ear’s curve as loud as it was', () => {
    const browser = new MemoryStorage();
    browser.setItem(
      'enxame.player.taste',
      JSON.stringify({ v: 1, volume: 0.125, muted: true, repeat: 'one', shuffle: false }),
    );
    const { preferences } = new SavedState(null, browser).read();
    expect(preferences).toMatchObject({ muted: true, repeat: 'one', speed: 1, gain: { mode: 'off' } });
    expect(preferences.volume).toBeCloseTo(0.5);
  });

  it('reads what was kept before there were crossfades', () => {
    const browser = new MemoryStorage();
    const { crossfadeS, ...before } = preferences;
    browser.setItem('enxame.player.taste', JSON.stringify({ v: 2, ...before }));
    expect(new SavedState(null, browser).read().preferences).toEqual({ ...before, crossfadeS: 0 });
  });

  it('does not trust an order that names other items', () => {
    const tab = new MemoryStorage();
    const browser = new MemoryStorage();
    const queue = playNow(emptyQueue, [track, track], 0, chance);
    const saved = new SavedState(tab, browser);
    saved.writeQueue({ ...queue, unshuffled: ['x', 'y'] });
    saved.flush();
    saved.writePreferences(preferences);
    const back = saved.read().queue;
    expect(back.unshuffled).toEqual(back.items.map((item) => item.key));
  });

  it('survives a storage that refuses', () => {
    const full = new MemoryStorage();
    full.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const saved = new SavedState(full, full);
    saved.writeQueue(emptyQueue);
    expect(() => saved.flush()).not.toThrow();
  });

  it('finds the track where the queue was written before its last change', () => {
    const tab = new MemoryStorage();
    const other = someTrack({ id: 'o'.repeat(22) });
    const saved = new SavedState(tab, null);
    saved.writeQueue(playNow(emptyQueue, [track, other], 1, chance));
    saved.flush();
    saved.writePosition({ index: 0, trackId: other.id, positionS: 3, play: null });
    expect(saved.read()).toMatchObject({ queue: { index: 1 }, positionS: 3 });
    saved.writePosition({ index: 0, trackId: 'x'.repeat(22), positionS: 3, play: null });
    expect(saved.read()).toMatchObject({ queue: { index: -1 }, positionS: 0 });
  });

  it('keeps ten thousand tracks of five hundred albums in a quarter of what sessionStorage holds', () => {
    const tab = new MemoryStorage();
    const many = Array.from({ length: MAX_QUEUE_ITEMS }, (_, n) => {
      const name = (prefix: string, by: number) => `${prefix}${Math.floor(n / by)}`.padEnd(22, '_');
      return someTrack({
        id: name('t', 1),
        title: `The title of a track ${n}`,
        album: `The title of an album ${name('', 20)}`,
        albumId: name('b', 20),
        coverId: name('c', 20),
        artist: `Some artist ${name('', 60)}`,
        artistId: name('a', 60),
        artists: [{ id: name('a', 60), name: `Some artist ${name('', 60)}`, role: 'artist' }],
        genres: [{ id: name('g', 500), name: `Genre ${name('', 500)}` }],
        trackNo: (n % 20) + 1,
        durationS: 180 + n / 7,
      });
    });
    const saved = new SavedState(tab, null);
    const queue = playNow(emptyQueue, many, 0, chance);
    saved.writeQueue(queue);
    saved.writeQueue(setShuffle(queue, true, chance));
    saved.flush();
    expect([...tab.map.values()].join('').length).toBeLessThan(1_250_000);
    expect(saved.read().queue.items).toHaveLength(MAX_QUEUE_ITEMS);
  });
});
