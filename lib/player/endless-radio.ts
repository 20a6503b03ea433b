/** Endless radio: while it is on, tracks that go with the last ones follow when the queue comes to its end. */
import type { Track } from '@/lib/contracts/catalog';
import type { Player } from './api';

/** So many tracks still to come, or fewer: more are asked for, early enough that the player can prepare them. */
const FEW_LEFT = 2;
/** Tracks at the end of the queue that the next ones go with. */
const LAST_TRACKS = 5;
/** What was in the queue lately does not come again: no more of it than a question names. */
const WITHOUT = 500;

export interface RadioDeps {
  player: Pick<Player, 'state' | 'subscribe' | 'enqueue'>;
  isOn(): boolean;
  /** @returns unsubscribe */
  onSwitch(listener: () => void): () => void;
  /** Tracks that go with some of the queue, and are none of it. @throws what the server answers */
  ask(trackIds: readonly string[], without: readonly string[]): Promise<readonly Track[]>;
}

/**
 * Follows a player. A queue that repeats has no end, and one that is empty nothing to go on from. Where the server does not answer, or knows
 * nothing more, it is asked again when the next track begins or the queue is changed.
 * @returns stops it
 */
export function followQueue({ player, isOn, onSwitch, ask }: RadioDeps): () => void {
  let asking = false;
  let stopped = false;
  /** The track and the length of the queue when it was last asked: the same question has the same answer. */
  let askedAt = '';

  const look = () => {
    // Switched on again, it asks again.
    if (!isOn()) askedAt = '';
    const { queue, index, repeat } = player.state();
    const current = queue[index];
    if (stopped || asking || !isOn() || repeat !== 'off' || current === undefined) return;
    const place = `${current.key} ${queue.length}`;
    if (queue.length - 1 - index > FEW_LEFT || place === askedAt) return;
    asking = true;
    askedAt = place;
    const ids = queue.map(({ track }) => track.id);
    ask([...new Set(ids.slice(-LAST_TRACKS))], [...new Set(ids.slice(-WITHOUT))])
      .catch(() => [])
      .then((found) => {
        asking = false;
        const now = player.state().queue;
        // Another queue has begun meanwhile: that one is asked for.
        const isSame = now.some(({ key }) => key === current.key);
        const playable = found.filter((track) => !track.missing && !track.withdrawn);
        if (!stopped && isSame && isOn()) player.enqueue(playable, 'end');
        look();
      });
  };
  const stops = [player.subscribe(look), onSwitch(look)];
  look();
  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}
