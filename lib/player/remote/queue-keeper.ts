import type { Clock } from '@/lib/util/clock';
import { type Handover, type Player, type PlayerState, sounds } from '../api';

/** A change is saved so much later, with those that follow it: nobody waits for it. */
const SAVE_AFTER_MS = 3_000;
/** The same while other devices are there to see it. */
const SAVE_SOON_MS = 50;
/** The server was out of reach: tried again after this. */
const RETRY_MS = 30_000;

/** Queues of devices, as the server keeps them. */
export interface QueueServer {
  /** @throws {EnxameError} `not_found` when that device has none */
  get(device: string): Promise<Handover>;
  /** @param leaving the page is about to end @returns when it was saved, epoch ms by the server's clock */
  save(device: string, queue: Handover, name: string, leaving?: boolean): Promise<number>;
}

type KeptPlayer = Pick<Player, 'state' | 'subscribe' | 'handover'>;

/**
 * Keeps the queue of this device at the server, so that others can show it and go on with it, also when this one is closed. A device that was
 * opened and never played saves nothing.
 */
export class QueueKeeper {
  private saved: PlayerState['queue'] | null = null;
  private savedAt = 0;
  private place = '';
  private cancel: (() => void) | null = null;
  private saving: Promise<void> = Promise.resolve();
  private closed = false;
  private readonly unsubscribe: () => void;
  /** Whether others are there to see what changes. */
  private isWatched = false;

  /** @param onSaved the queue as it is now can be asked of the server */
  constructor(
    private readonly options: {
      device: string;
      name: () => string;
      player: KeptPlayer;
      server: Pick<QueueServer, 'save'>;
      clock: Clock;
      onSaved: () => void;
    },
  ) {
    this.place = placeOf(options.player.state());
    this.unsubscribe = options.player.subscribe(() => this.changed());
  }

  /** When the queue as it is now was saved; null: not yet. */
  get version(): number | null {
    const { queue } = this.options.player.state();
    if (queue.length === 0) return 0;
    return queue === this.saved ? this.savedAt : null;
  }

  /** Others are there, or not any more. */
  watched(on: boolean): void {
    this.isWatched = on;
    if (on && this.version === null) this.schedule(SAVE_SOON_MS);
  }

  /** Saves now. @throws {EnxameError} */
  save(leaving = false): Promise<void> {
    this.cancel?.();
    this.cancel = null;
    const { player, server, device, name, onSaved } = this.options;
    const run = async () => {
      const state = player.state();
      const { queue } = state;
      this.place = placeOf(state);
      const at = await server.save(device, player.handover(), name(), leaving);
      // A place alone gives the queue no new version.
      if (this.saved === queue) return;
      this.saved = queue;
      this.savedAt = at;
      onSaved();
    };
    const saving = leaving ? run() : this.saving.then(run);
    this.saving = saving.catch(() => {});
    return saving;
  }

  /** The page is about to end: what was not saved is, where that is still possible. */
  async leave(): Promise<void> {
    if (this.cancel !== null || this.options.player.state().status === 'playing') await this.save(true).catch(() => {});
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
    this.unsubscribe();
  }

  private changed(): void {
    const state = this.options.player.state();
    const isNew = state.queue !== this.saved && (state.queue.length > 0 || this.saved !== null);
    if (isNew || placeOf(state) !== this.place) this.schedule(this.isWatched && isNew ? SAVE_SOON_MS : SAVE_AFTER_MS);
  }

  private schedule(afterMs: number): void {
    if (this.cancel !== null || this.closed) return;
    this.cancel = this.options.clock.after(afterMs, () => {
      this.cancel = null;
      this.save()
        .then(() => this.changed())
        .catch(() => this.schedule(RETRY_MS));
    });
  }
}

/** What of a place is worth saving: which track, and whether it plays; where it is within that is saved with it. */
function placeOf(state: PlayerState): string {
  return state.queue.length === 0 ? '' : `${state.index} ${sounds(state)}`;
}
