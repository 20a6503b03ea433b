/** Tracks that will likely be played next, prepared as far as the schedule says, until they are opened or something else is likely. */
import type { Clock } from '@/lib/util/clock';
import { type Circumstances, type Preparation, preparationOfNext, preparationOfPress } from '../schedule/preparation';
import type { AssetReader } from './asset-reader';

export interface ExpectedTracksOptions {
  clock: Clock;
  circumstances: () => Circumstances;
  /** Asks for its grant, and who holds it. */
  grant: (trackId: string) => void;
  /** @throws as `AssetSessions.prepare` */
  prepare: (trackId: string, signal: AbortSignal) => Promise<AssetReader>;
  join: (reader: AssetReader) => void;
}

/** Tabs that share the peer and have something next; the one that said so longest ago is forgotten. */
const MAX_NEXT = 4;
/** A track that the pointer rested on is forgotten after this, ms: whoever presses does so within moments. */
const PRESS_EXPECTED_FOR_MS = 30_000;
/** It may never be played: nothing but its beginning is due. */
const NOT_DUE_S = Number.POSITIVE_INFINITY;

export class ExpectedTracks {
  /** By tab. */
  private readonly next = new Map<string, ExpectedTrack>();
  private pressed: ExpectedTrack | null = null;
  /** Tracks in a row that the pointer rested on, that the origin sent the beginning of, and that were not pressed. */
  private missed = 0;
  private cancelExpiry: () => void = () => {};

  constructor(private readonly options: ExpectedTracksOptions) {}

  expectNext(trackId: string | null, inS: number, tab: string): void {
    let expected = this.next.get(tab);
    if (expected?.trackId !== trackId) {
      expected?.close();
      this.next.delete(tab);
      if (trackId === null) return;
      expected = new ExpectedTrack(trackId, this.options);
      this.next.set(tab, expected);
      const [oldest] = this.next.keys();
      if (this.next.size > MAX_NEXT && oldest !== undefined) this.expectNext(null, 0, oldest);
    }
    expected?.prepare(preparationOfNext(inS, this.options.circumstances()), inS);
  }

  expectPress(trackId: string): void {
    if (this.pressed?.trackId !== trackId) {
      this.forgetPressed();
      this.pressed = new ExpectedTrack(trackId, this.options);
    }
    this.pressed.prepare(preparationOfPress(this.missed, this.options.circumstances()), NOT_DUE_S);
    this.cancelExpiry();
    this.cancelExpiry = this.options.clock.after(PRESS_EXPECTED_FOR_MS, () => this.forgetPressed());
  }

  /** The track is opened to be played: its reader, open or being opened, which is the caller's from now on; null where there is none. */
  take(trackId: string): Promise<AssetReader> | null {
    if (this.pressed?.trackId === trackId) {
      this.missed = 0;
      const taken = this.pressed.take();
      this.forgetPressed();
      if (taken !== null) return taken;
    }
    for (const [tab, expected] of this.next) {
      if (expected.trackId !== trackId) continue;
      const taken = expected.take();
      this.next.delete(tab);
      if (taken !== null) return taken;
    }
    return null;
  }

  close(): void {
    this.forgetPressed();
    for (const expected of this.next.values()) expected.close();
    this.next.clear();
  }

  private forgetPressed(): void {
    this.cancelExpiry();
    if (this.pressed === null) return;
    if (this.pressed.costTheOrigin) this.missed++;
    this.pressed.close();
    this.pressed = null;
  }
}

class ExpectedTrack {
  private opening: { abort: AbortController; opened: Promise<AssetReader> } | null = null;
  private reader: AssetReader | null = null;
  private isGranted = false;
  private hasFailed = false;
  private inS = 0;
  private shallJoin = false;
  private hasJoined = false;

  constructor(
    readonly trackId: string,
    private readonly options: ExpectedTracksOptions,
  ) {}

  get costTheOrigin(): boolean {
    return (this.reader?.bytes().origin ?? 0) > 0;
  }

  /** What is prepared further already stays so. @param inS seconds until it begins */
  prepare(as: Preparation, inS: number): void {
    this.inS = inS;
    this.shallJoin ||= as === 'swarm';
    if (!this.isGranted) this.options.grant(this.trackId);
    this.isGranted = true;
    // Asking again at each tick would be a flood: after a failure it is opened by its play.
    if (as !== 'grant' && this.opening === null && !this.hasFailed) this.open();
    this.tell();
  }

  take(): Promise<AssetReader> | null {
    const opened = this.opening?.opened ?? null;
    this.opening = null;
    this.reader = null;
    return opened;
  }

  close(): void {
    this.opening?.abort.abort(new DOMException('something else is likely', 'AbortError'));
    this.opening?.opened.then((reader) => reader.close()).catch(() => {});
    this.take();
  }

  private open(): void {
    const abort = new AbortController();
    const opening = { abort, opened: this.options.prepare(this.trackId, abort.signal) };
    this.opening = opening;
    opening.opened.then(
      (reader) => {
        if (this.opening !== opening) return;
        this.reader = reader;
        this.tell();
      },
      () => {
        if (this.opening !== opening) return;
        this.hasFailed = true;
        this.opening = null;
      },
    );
  }

  private tell(): void {
    if (this.reader === null) return;
    this.reader.comesNext(this.inS);
    if (!this.shallJoin || this.hasJoined) return;
    this.hasJoined = true;
    this.options.join(this.reader);
  }
}
