/** What the listener does with one version, and will likely do: what the player says of it, in the schedule's terms. */
import type { ByteRange } from '@/lib/assets/geometry';
import { byteAt, chunksToPlay, meanBytesPerSecond, SOUND_TO_BEGIN_S, soundToBegin } from '@/lib/assets/seek/points';
import type { Manifest } from '@/lib/contracts/manifest';
import type { PlaybackHint } from '../api';
import type { NeedInput, Playback } from '../schedule/need';

export class ListenerIntent {
  private playback: Playback | null = null;
  /** Bytes of the file that sound needs to begin at the playhead; null where something is buffered, or no part of it can be played apart. */
  awaitedSound: ByteRange | null = null;
  private next: Playback | null = null;
  private jump: readonly number[] = [];
  private speed = 1;

  constructor(private readonly manifest: Manifest) {}

  /** @param now epoch ms */
  hint({ playing, timeS, bufferedS, speed = 1 }: PlaybackHint, now: number): void {
    this.speed = speed;
    this.awaitedSound = playing && bufferedS <= 0 ? soundToBegin(this.manifest, timeS) : null;
    this.playback = { at: now, playing, comesNext: false, bufferedS: Math.max(0, bufferedS), ...this.place(timeS) };
  }

  /** Another track plays, and this one follows in `inS` seconds (Infinity: maybe never); null: no more. @param now epoch ms */
  comesNext(inS: number | null, now: number): void {
    this.next =
      inS === null ? null : { at: now, playing: false, comesNext: true, bufferedS: Math.max(0, inS), ...this.place(0) };
  }

  /** @param timeS where the listener will likely jump to; null: nowhere */
  expectJump(timeS: number | null): void {
    this.jump = timeS === null ? [] : this.place(timeS).begin;
  }

  /** Sound is likely to begin with this chunk before long. */
  mayBeginWith(chunk: number): boolean {
    return this.likely.includes(chunk) || this.playback?.begin.includes(chunk) === true;
  }

  forPlan(): Pick<NeedInput, 'bytesPerSecond' | 'playback' | 'jump'> {
    const bytesPerSecond = meanBytesPerSecond(this.manifest) * this.speed;
    return { bytesPerSecond, playback: this.playback ?? this.next, jump: this.likely };
  }

  private get likely(): readonly number[] {
    return this.jump.length > 0 ? this.jump : (this.next?.begin ?? []);
  }

  private place(timeS: number): Pick<Playback, 'byte' | 'begin'> {
    return {
      byte: byteAt(this.manifest, timeS),
      begin: chunksToPlay(this.manifest, timeS, SOUND_TO_BEGIN_S),
    };
  }
}
