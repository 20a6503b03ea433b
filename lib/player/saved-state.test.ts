import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { emptyQueue, playNow, setShuffle } from './queue';
import { SavedState } from './saved-state';
import { MemoryStorage } from './testing/memory-storage';

const track = someTrack({ title: 'Água', durationS: 61.5 });
let keys = 0;
const chance = { newKey: () => `k${keys++}`, random: () => 0.5 };
const gain = { mode: 'auto', preampDb: -3 } as const;
const preferences = { volume: 0.4, muted: true, gain, speed: 1.5, repeat: 'all', shuffle: true } as const;

describe('what is saved', () => {
  it('comes back: queue, position, order before shuffling, preferences', () => {
    const tab = new MemoryStorage();
    const browser = new MemoryStorage();
    const plain = playNow({ ...emptyQueue, repeat: 'all' }, [track, track, track], 1, chance);
    const queue = setShuffle(plain, true, chance);
    const saved = new SavedState(tab, browser);
    saved.writeQueue(queue);
    saved.writePosition(queue.items[0]?.key ?? '', 12.5);
    saved.writePreferences(preferences);
    const back = new SavedState(tab, browser).read();
    expect(back.queue).toEqual(queue);
    expect(back.positionS).toBe(12.5);
    expect(back.preferences).toMatchObject(preferences);
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['another shape', '{"v":1,"items":[{"key":"k"}],"unshuffled":null}'],
    ['another version', '{"v":2,"items":[],"unshuffled":null}'],
  ])('begins empty from %s', (_, text) => {
    const tab = new MemoryStorage();
    if (text !== null) tab.setItem('enxame.player.queue', text);
    expect(new SavedState(tab, null).read()).toEqual({
      queue: emptyQueue,
      positionS: 0,
      preferences: {
        volume: 1,
        muted: false,
        gain: { mode: 'off', preampDb: 0 },
        speed: 1,
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

  it('does not trust an order that names other items', () => {
    const tab = new MemoryStorage();
    const browser = new MemoryStorage();
    const queue = playNow(emptyQueue, [track, track], 0, chance);
    const saved = new SavedState(tab, browser);
    saved.writeQueue({ ...queue, unshuffled: ['x', 'y'] });
    saved.writePreferences(preferences);
    expect(saved.read().queue.unshuffled).toEqual(queue.items.map((item) => item.key));
  });

  it('survives a storage that refuses', () => {
    const full = new MemoryStorage();
    full.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    expect(() => new SavedState(full, full).writeQueue(emptyQueue)).not.toThrow();
  });
});
