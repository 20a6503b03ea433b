import type { Player, PlayerState } from './api';
import { mediaSession } from './media-session';
import { createStore, type Store } from './player-state';

/** The position is shown at most four times a second, which is also as often as elements report it. */
const POSITION_EVERY_MS = 240;

/** Shows the player's state to pages and to the operating system. */
export class PlayerView {
  private readonly visible: () => PlayerState;
  private readonly store: Store<PlayerState>;
  private readonly session: ReturnType<typeof mediaSession>;
  private positionShownAt = 0;

  /** @param visible the state now @param player what the operating system's controls act on */
  constructor(visible: () => PlayerState, player: Parameters<typeof mediaSession>[0]) {
    this.visible = visible;
    this.store = createStore(visible());
    this.session = mediaSession(player);
    this.showTrack(this.store.get());
  }

  get state(): Player['state'] {
    return this.store.get;
  }

  get subscribe(): Player['subscribe'] {
    return this.store.subscribe;
  }

  /** Something changed. */
  show(): void {
    this.positionShownAt = Date.now();
    const before = this.store.get();
    this.store.set(this.visible());
    const now = this.store.get();
    if (before.queue !== now.queue || before.index !== now.index) this.showTrack(now);
    this.session.playing(now.status === 'playing', now.positionS, now.durationS, now.speed);
  }

  /** Only the position changed. @returns whether it was shown: not when something was shown just before */
  showPosition(): boolean {
    const now = Date.now();
    if (now - this.positionShownAt < POSITION_EVERY_MS) return false;
    this.positionShownAt = now;
    this.store.set(this.visible());
    return true;
  }

  close(): void {
    this.session.close();
  }

  private showTrack({ queue, index }: PlayerState): void {
    this.session.track(queue[index]?.track ?? null);
  }
}
