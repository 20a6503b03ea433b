/** Serving others: a few at a time, paced, fair among links, and only while the listener's own playback is well. */
import { FRAME_PAYLOAD_BYTES, type Priority, priorities, type Refusal } from '@/lib/contracts/frames';
import type { Clock } from '@/lib/util/clock';
import { UPLOAD_CAP_BPS, UPLOAD_QUEUE_PER_LINK, UPLOAD_SLOTS, UPLOAD_SLOTS_PER_LINK } from '../schedule/constants';
import type { NotServing } from '../schedule/serve';

/** One accepted request. `owner` is the link it came over. */
export interface Upload {
  readonly owner: object;
  readonly request: number;
  readonly versionId: string;
  readonly chunk: number;
  readonly priority: Priority;
  /** Resolves when there is room for the next. @throws {Error} when the link is closed */
  data(offset: number, bytes: Uint8Array): Promise<void>;
  refuse(reason: Refusal): void;
}

export interface UploadsOptions {
  clock: Clock;
  notServing: (priority: Priority) => NotServing | null;
  /** Bytes a second to all together; UPLOAD_CAP_BPS unless a benchmark wants to know what the path could do. */
  capBps?: number;
  /** A sealed, verified chunk; null when it is not held. */
  read: (versionId: string, chunk: number) => Promise<Uint8Array | null>;
}

export class Uploads {
  private readonly queues = new Map<object, Upload[]>();
  /** Each with when its last frame was handed over (epoch ms). */
  private readonly running = new Map<Upload, number>();
  /** Uploads that let a more urgent one go first. */
  private readonly waiting = new Set<() => void>();
  /** When the next byte may be sent, epoch ms. */
  private freeAt = 0;

  constructor(private readonly options: UploadsOptions) {}

  /** Serves it in its turn, or refuses it. */
  offer(upload: Upload): void {
    const barred = this.options.notServing(upload.priority);
    if (barred !== null) {
      upload.refuse(refusalFor(barred));
      return;
    }
    const queue = this.queues.get(upload.owner) ?? [];
    if (queue.length >= UPLOAD_QUEUE_PER_LINK) {
      upload.refuse('busy');
      return;
    }
    queue.push(upload);
    this.queues.set(upload.owner, queue);
    this.next();
  }

  cancel(owner: object, request: number): void {
    const queue = this.queues.get(owner)?.filter((upload) => upload.request !== request) ?? [];
    if (queue.length > 0) this.queues.set(owner, queue);
    else this.queues.delete(owner);
    for (const upload of this.running.keys()) {
      if (upload.owner === owner && upload.request === request) this.ended(upload);
    }
  }

  /** Whether this request waits or is being served. */
  knows(owner: object, request: number): boolean {
    const same = (upload: Upload) => upload.owner === owner && upload.request === request;
    return [...this.running.keys()].some(same) || (this.queues.get(owner)?.some(same) ?? false);
  }

  /** The link is gone. */
  drop(owner: object): void {
    this.queues.delete(owner);
    for (const upload of this.running.keys()) if (upload.owner === owner) this.ended(upload);
  }

  private next(): void {
    for (;;) {
      const upload = this.mostUrgent();
      // One place beyond the slots is kept for a peer that would stall.
      const places = upload?.priority === 'urgent' ? UPLOAD_SLOTS + 1 : UPLOAD_SLOTS;
      if (upload === null || this.running.size >= places) return;
      this.take(upload);
      this.running.set(upload, this.options.clock.now());
      void this.run(upload)
        .catch(() => {})
        .finally(() => this.ended(upload));
    }
  }

  /** Of those that wait: the most urgent; of equals, of the link that was served longest ago; of one link, the oldest. */
  private mostUrgent(): Upload | null {
    let best: Upload | null = null;
    for (const [owner, queue] of this.queues) {
      if (this.servedTo(owner) >= UPLOAD_SLOTS_PER_LINK) continue;
      for (const upload of queue) if (best === null || rank(upload) < rank(best)) best = upload;
    }
    return best;
  }

  private servedTo(owner: object): number {
    let count = 0;
    for (const upload of this.running.keys()) if (upload.owner === owner) count++;
    return count;
  }

  private take(upload: Upload): void {
    const queue = this.queues.get(upload.owner)?.filter((other) => other !== upload) ?? [];
    // To the end of the round: every link gets its turn.
    this.queues.delete(upload.owner);
    if (queue.length > 0) this.queues.set(upload.owner, queue);
  }

  private ended(upload: Upload): void {
    if (!this.running.delete(upload)) return;
    for (const goOn of [...this.waiting]) goOn();
    this.next();
  }

  /** Membership in `running` is the upload's licence: whoever cancels takes it out. */
  private async run(upload: Upload): Promise<void> {
    const sealed = await this.options.read(upload.versionId, upload.chunk).catch(() => null);
    if (!this.running.has(upload)) return;
    if (sealed === null) {
      upload.refuse('not_held');
      return;
    }
    for (let offset = 0; offset < sealed.length; offset += FRAME_PAYLOAD_BYTES) {
      const bytes = sealed.subarray(offset, offset + FRAME_PAYLOAD_BYTES);
      while (this.mustWait(upload)) await this.turn();
      await this.pace(bytes.length);
      if (!this.running.has(upload)) return;
      const barred = this.options.notServing(upload.priority);
      if (barred !== null) {
        upload.refuse(refusalFor(barred));
        return;
      }
      await upload.data(offset, bytes);
      if (this.running.has(upload)) this.running.set(upload, this.options.clock.now());
    }
  }

  /** Between two frames whoever is needed sooner goes first. */
  private mustWait(upload: Upload): boolean {
    if (!this.running.has(upload)) return false;
    const moving = this.options.clock.now() - STUCK_MS;
    for (const [other, at] of this.running) {
      if (other.priority === 'urgent' && rank(other) < rank(upload) && at > moving) return true;
    }
    return false;
  }

  /** Until something ended, or may have got stuck. */
  private turn(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(STUCK_MS, () => goOn());
      const goOn = () => {
        cancel();
        this.waiting.delete(goOn);
        resolve();
      };
      this.waiting.add(goOn);
    });
  }

  /** Waits until the cap allows `bytes` more. */
  private pace(bytes: number): Promise<void> | undefined {
    const { clock } = this.options;
    const now = clock.now();
    const start = Math.max(now - BURST_MS, this.freeAt);
    this.freeAt = start + (bytes * 1000) / (this.options.capBps ?? UPLOAD_CAP_BPS);
    const waitMs = this.freeAt - now;
    return waitMs <= 0 ? undefined : new Promise((resolve) => clock.after(waitMs, () => resolve()));
  }
}

function rank(upload: Upload): number {
  return priorities.indexOf(upload.priority);
}

/** Nobody waits longer than this for a link that takes nothing. */
const STUCK_MS = 500;
/** Unused time that may be made up for at once: a chunk's worth, so that a single request is not slowed. */
const BURST_MS = 100;

function refusalFor(reason: NotServing): Refusal {
  return reason === 'off' || reason === 'metered' ? 'off' : 'paused';
}
