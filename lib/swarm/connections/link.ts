import type { PeerAdmission } from '@/lib/contracts/playback';

/**
 * An open connection to one peer that carries whole frames in order. Invariant: after `close`, from whichever side, `onClose` is called
 * exactly once, every `send` still waiting is rejected, and `onFrame` is called no more; so nobody can wait for a dead link.
 */
export interface Link {
  readonly peer: string;
  /** Resolves when the frame was handed over and there is room for more. @throws {Error} when the link is or gets closed */
  send(frame: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Set once, right after the link opened. */
  onFrame(handler: (frame: Uint8Array) => void): void;
  /** Called at once when the link is closed already. */
  onClose(handler: () => void): void;
  close(): void;
}

/** A link being made. Signals are opaque text that the tracker relays. */
export interface Dial {
  /** @throws {Error} when it fails, times out or `close` was called */
  readonly link: Promise<Link>;
  signal(text: string): void;
  /** Gives up; closes the link when it is open already. */
  close(): void;
}

/** How a link is made. */
export interface Ice {
  iceServers: PeerAdmission['iceServers'];
  /** Through a relay alone: neither side learns the other's address. */
  relayOnly: boolean;
}

export type Connect = (options: {
  peer: string;
  initiator: boolean;
  ice: Ice;
  onSignal: (text: string) => void;
}) => Dial;

/** The bookkeeping that every implementation of {@link Link} shares, and that keeps its invariant. */
export class LinkState {
  private frameHandler: ((frame: Uint8Array) => void) | null = null;
  private closeHandlers: (() => void)[] = [];
  private readonly waiting = new Set<(reason: Error) => void>();
  private early: Uint8Array[] = [];
  closed = false;

  onFrame(handler: (frame: Uint8Array) => void): void {
    this.frameHandler = handler;
    const early = this.early;
    this.early = [];
    for (const frame of early) handler(frame);
  }

  onClose(handler: () => void): void {
    if (this.closed) handler();
    else this.closeHandlers.push(handler);
  }

  /** Frames that arrive before anybody listens are kept: the other side may be quicker by a turn of the event loop. */
  receive(frame: Uint8Array): void {
    if (this.closed) return;
    if (this.frameHandler !== null) this.frameHandler(frame);
    else if (this.early.length < MAX_EARLY_FRAMES) this.early.push(frame);
  }

  /** A promise that `start` settles, or the link's end. */
  wait(start: (resolve: () => void, reject: (reason: Error) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error('the link is closed'));
      const fail = (reason: Error) => {
        this.waiting.delete(fail);
        reject(reason);
      };
      this.waiting.add(fail);
      start(() => {
        this.waiting.delete(fail);
        resolve();
      }, fail);
    });
  }

  /** @returns false when it was closed before */
  close(): boolean {
    if (this.closed) return false;
    this.closed = true;
    for (const fail of [...this.waiting]) fail(new Error('the link is closed'));
    const handlers = this.closeHandlers;
    this.closeHandlers = [];
    this.early = [];
    for (const handler of handlers) handler();
    return true;
  }
}

/** A link's first frames are a ticket and what is held: a handful. */
const MAX_EARLY_FRAMES = 64;
