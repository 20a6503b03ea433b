/** A peer of the in-process swarm that keeps to the rules only as far as its test says: its frames are made by hand. */
import { decodeFrame, encodeFrame, FRAME_PAYLOAD_BYTES, type Frame } from '@/lib/contracts/frames';
import { newId } from '@/lib/contracts/ids';
import type { SignalIn } from '@/lib/contracts/signaling';
import type { Dial, Link } from '@/lib/swarm/connections/link';
import type { HarnessAsset, SwarmHarness } from './swarm-harness';

export type Behaviour = (frame: Frame, self: MaliciousPeer) => void;

export class MaliciousPeer {
  readonly id = newId();
  /** What others sent over the link. */
  readonly heard: Frame[] = [];
  linked = false;
  /** The link was open, and the other side closed it. */
  dropped = false;
  private link: Link | null = null;
  private dial: { id: string; dial: Dial } | null = null;

  /** Joins the swarm of the track at once, claiming to hold all of it. */
  constructor(
    private readonly harness: SwarmHarness,
    readonly track: HarnessAsset,
    private readonly behave: Behaviour,
  ) {
    harness.members.set(this.id, {
      events: {
        state: () => {},
        coverage: () => {},
        gone: () => {},
        fact: () => {},
        signal: (signal) => this.onSignal(signal),
      },
      have: new Map([[track.versionId, [0, track.manifest.chunks]]]),
    });
  }

  send(frame: Frame): void {
    this.sendRaw(encodeFrame(frame));
  }

  sendRaw(bytes: Uint8Array<ArrayBuffer>): void {
    this.link?.send(bytes).catch(() => {});
  }

  /** A whole chunk, as an honest peer would send these bytes. */
  sendChunk(request: number, sealed: Uint8Array): void {
    for (let offset = 0; offset < sealed.length; offset += FRAME_PAYLOAD_BYTES) {
      this.send({ type: 'data', request, offset, bytes: sealed.subarray(offset, offset + FRAME_PAYLOAD_BYTES) });
    }
  }

  private onSignal({ from, link, signal }: SignalIn): void {
    if (this.dial?.id !== link) this.answer(from, link);
    this.dial?.dial.signal(signal);
  }

  private answer(peer: string, id: string): void {
    const dial = this.harness.network.connectFor(this.id)({
      peer,
      initiator: false,
      ice: { iceServers: [], relayOnly: false },
      onSignal: (text) => this.harness.members.get(peer)?.events.signal({ from: this.id, link: id, signal: text }),
    });
    this.dial = { id, dial };
    dial.link.then(
      (link) => this.onLink(link),
      () => {},
    );
  }

  private onLink(link: Link): void {
    this.link = link;
    this.linked = true;
    link.onClose(() => {
      this.dropped = true;
    });
    link.onFrame((bytes) => {
      const frame = decodeFrame(bytes);
      if (frame === null) return;
      this.heard.push(frame);
      this.behave(frame, this);
    });
  }
}
