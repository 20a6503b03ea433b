/** Serving others: a few at a time, paced, fair among links, and only while the listener's own playback is well. */
import { FRAME_PAYLOAD_BYTES, type Refusal } from '@/lib/contracts/frames';
import type { Clock } from '../clock';
import { UPLOAD_CAP_BPS, UPLOAD_QUEUE_PER_LINK, UPLOAD_SLOTS } from '../policy/constants';
import type { NotServing } from '../policy/serve';

/** One accepted request. `owner` is the link it came over. */
export interface Upload {
  readonly owner: object;
  readonly request: number;
  readonly version: string;
  readonly chunk: number;
  /** Resolves when there is room for the next. @throws {Error} when the link is closed */
  data(offset: number, bytes: Uint8Array): Promise<void>;
  refuse(reason: Refusal): void;
}

export interface UploadsOptions {
  clock: Clock;
  notServing: () => NotServing | null;
  /** A sealed, verified chunk; null when it is not held. */
  read: (version: string, chunk: number) => Promise<Uint8Array | null>;
}

export class Uploads {
  private readonly queues = new Map<object, Upload[]>();
  private readonly running = new Set<Upload>();
  /** When the next byte may be sent, epoch ms. */
  private freeAt = 0;

  constructor(private readonly options: UploadsOptions) {}

  /** Serves it in its turn, or refuses it. */
  offer(upload: Upload): void {
    const barred = this.options.notServing();
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
    for (const upload of this.running) {
      if (upload.owner === owner && upload.request === request) this.running.delete(upload);
    }
  }

  /** Whether this request waits or is being served. */
  knows(owner: object, request: number): boolean {
    const same = (upload: Upload) => upload.owner === owner && upload.request === request;
    return [...this.running].some(same) || (this.queues.get(owner)?.some(same) ?? false);
  }

  /** The link is gone. */
  drop(owner: object): void {
    this.queues.delete(owner);
    for (const upload of this.running) if (upload.owner === owner) this.running.delete(upload);
  }

  private next(): void {
    while (this.running.size < UPLOAD_SLOTS) {
      const [first] = this.queues;
      if (first === undefined) return;
      const [owner, queue] = first;
      const upload = queue.shift();
      // To the end of the round: every link gets its turn.
      this.queues.delete(owner);
      if (queue.length > 0) this.queues.set(owner, queue);
      if (upload === undefined) continue;
      this.running.add(upload);
      void this.run(upload)
        .catch(() => {})
        .finally(() => {
          this.running.delete(upload);
          this.next();
        });
    }
  }

  /** Membership in `running` is the upload's licence: whoever cancels takes it out. */
  private async run(upload: Upload): Promise<void> {
    const sealed = await this.options.read(upload.version, upload.chunk).catch(() => null);
    if (!this.running.has(upload)) return;
    if (sealed === null) {
      upload.refuse('not_held');
      return;
    }
    for (let offset = 0; offset < sealed.length; offset += FRAME_PAYLOAD_BYTES) {
      const bytes = sealed.subarray(offset, offset + FRAME_PAYLOAD_BYTES);
      await this.pace(bytes.length);
      if (!this.running.has(upload)) return;
      const barred = this.options.notServing();
      if (barred !== null) {
        upload.refuse(refusalFor(barred));
        return;
      }
      await upload.data(offset, bytes);
    }
  }

  /** Waits until the cap allows `bytes` more. */
  private pace(bytes: number): Promise<void> | undefined {
    const { clock } = this.options;
    const now = clock.now();
    const start = Math.max(now - BURST_MS, this.freeAt);
    this.freeAt = start + (bytes * 1000) / UPLOAD_CAP_BPS;
    const waitMs = this.freeAt - now;
    return waitMs <= 0 ? undefined : new Promise((resolve) => clock.after(waitMs, () => resolve()));
  }
}

/** Unused time that may be made up for at once: a chunk's worth, so that a single request is not slowed. */
const BURST_MS = 100;

function refusalFor(reason: NotServing): Refusal {
  return reason === 'off' || reason === 'metered' ? 'off' : 'paused';
}
