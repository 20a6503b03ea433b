import { describe, expect, it, vi } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import type { Player, PlayerState } from './api';
import { followQueue } from './endless-radio';

const track = (id: string, more: Partial<Track> = {}) => ({ id, missing: false, withdrawn: false, ...more }) as Track;

/** A player of which only the queue is real. */
function playerWith(ids: string[], index = 0, repeat: PlayerState['repeat'] = 'off') {
  const listeners = new Set<() => void>();
  let keys = 0;
  const items = (some: readonly Track[]) => some.map((one) => ({ key: `k${keys++}`, track: one }));
  let state = { queue: items(ids.map((id) => track(id))), index, repeat } as unknown as PlayerState;
  const set = (to: Partial<PlayerState>) => {
    state = { ...state, ...to };
    for (const listener of listeners) listener();
  };
  const player: Pick<Player, 'state' | 'subscribe' | 'enqueue'> = {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    enqueue: (some) => {
      set({ queue: [...state.queue, ...items(some)] });
      return some.length;
    },
  };
  return {
    player,
    set,
    replace: (some: string[]) => set({ queue: items(some.map((id) => track(id))), index: 0 }),
    ids: () => state.queue.map((item) => item.track.id),
  };
}

function radio(
  of: ReturnType<typeof playerWith>,
  ask: (ids: readonly string[], without: readonly string[]) => Promise<Track[]>,
) {
  let on = true;
  let told = () => {};
  const asked = vi.fn(ask);
  const stop = followQueue({
    player: of.player,
    isOn: () => on,
    onSwitch: (listener) => {
      told = listener;
      return () => {};
    },
    ask: asked,
  });
  return {
    asked,
    stop,
    turn: (to: boolean) => {
      on = to;
      told();
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const more = async () => ['x', 'y', 'z', 'w'].map((id) => track(id));

describe('endless radio', () => {
  it('adds what goes with the last tracks when few are left, once', async () => {
    const of = playerWith(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 3);
    const { asked } = radio(of, more);
    expect(asked).not.toHaveBeenCalled();
    of.set({ index: 4 });
    of.set({ positionS: 1 });
    await settled();
    expect(asked.mock.calls).toEqual([
      [
        ['c', 'd', 'e', 'f', 'g'],
        ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      ],
    ]);
    expect(of.ids().slice(-4)).toEqual(['x', 'y', 'z', 'w']);
  });

  it('asks again when it was switched off before the answer came, and on again', async () => {
    const of = playerWith(['a']);
    const { asked, turn } = radio(of, more);
    turn(false);
    await settled();
    expect(of.ids()).toEqual(['a']);
    turn(true);
    await settled();
    expect(asked).toHaveBeenCalledTimes(2);
    expect(of.ids()).toEqual(['a', 'x', 'y', 'z', 'w']);
  });

  it.each<[string, ReturnType<typeof playerWith>]>([
    ['of an empty queue', playerWith([], -1)],
    ['of one that repeats', playerWith(['a'], 0, 'all')],
    ['of a track that repeats', playerWith(['a'], 0, 'one')],
  ])('adds nothing at the end %s', async (_, of) => {
    const { asked } = radio(of, more);
    await settled();
    expect(asked).not.toHaveBeenCalled();
  });

  it('begins when it is switched on, and not before', async () => {
    const of = playerWith(['a']);
    const { asked, turn } = radio(of, more);
    await settled();
    expect(asked).toHaveBeenCalledTimes(1);
    turn(false);
    of.set({ index: of.ids().length - 1 });
    await settled();
    expect(asked).toHaveBeenCalledTimes(1);
    turn(true);
    await settled();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('asks again at the next track, and not sooner, where nothing was to be had', async () => {
    const of = playerWith(['a', 'b', 'c']);
    const { asked } = radio(of, async () => {
      throw new Error('away');
    });
    await settled();
    of.set({ positionS: 1 });
    await settled();
    expect(asked).toHaveBeenCalledTimes(1);
    of.set({ index: 1 });
    await settled();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('leaves out what cannot be played', async () => {
    const of = playerWith(['a']);
    radio(of, async (_, without) =>
      [track('gone', { missing: true }), track('x')].filter(({ id }) => !without.includes(id)),
    );
    await settled();
    expect(of.ids()).toEqual(['a', 'x']);
  });

  it('gives a queue that was begun meanwhile tracks of its own', async () => {
    const of = playerWith(['a']);
    const answers: ((tracks: Track[]) => void)[] = [];
    const { asked } = radio(of, () => new Promise((resolve) => answers.push(resolve)));
    of.replace(['p']);
    answers[0]?.([track('x')]);
    await settled();
    expect(of.ids()).toEqual(['p']);
    expect(asked.mock.lastCall?.[0]).toEqual(['p']);
    answers[1]?.([track('q')]);
    await settled();
    expect(of.ids()).toEqual(['p', 'q']);
  });

  it('stops when it is told to', async () => {
    const of = playerWith(['a']);
    const { stop } = radio(of, more);
    stop();
    await settled();
    expect(of.ids()).toEqual(['a']);
  });
});
