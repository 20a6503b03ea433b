/** A peer that keeps to the rules only as far as its test says: admitted and granted by the real server, with frames made by hand. */
import wrtc from '@roamhq/wrtc';
import SimplePeer from 'simple-peer';
import type { Socket } from 'socket.io-client';
import { decodeFrame, encodeFrame, FRAME_PAYLOAD_BYTES, type Frame } from '@/lib/contracts/frames';
import { newId } from '@/lib/contracts/ids';
import type { Grant, PeerAdmission } from '@/lib/contracts/playback';
import type { PeerCoverage, Report, SignalIn } from '@/lib/contracts/signaling';
import type { Product } from '@/testing/product';
import { openSocket, reportOf } from './signaling';

type Answer = { ok?: { peers: PeerCoverage[] }; error?: { code: string } };
export type Behaviour = (frame: Frame, malicious: MaliciousWebrtcPeer) => void;

export class MaliciousWebrtcPeer {
  readonly id = newId();
  /** What the listener sent over the link. */
  readonly heard: Frame[] = [];
  linked = false;
  /** The link was open, and is no more. */
  dropped = false;
  grant: Grant | null = null;
  private socket: Socket | null = null;
  private wire: SimplePeer.Instance | null = null;
  private link = '';
  private partner = '';

  constructor(
    private readonly product: Product,
    private readonly behave: Behaviour,
  ) {}

  /** Connects to signaling, and is granted the track. */
  async arrive(trackId: string): Promise<Grant> {
    const { token } = await this.product.api<PeerAdmission>('POST', '/api/peer', { peerId: this.id });
    this.grant = await this.product.api<Grant>('POST', '/api/playback', { trackId, peerId: this.id });
    const socket = openSocket(this.product.url, { token });
    this.socket = socket;
    socket.on('signal', (signal: SignalIn) => this.onSignal(signal));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return this.grant;
  }

  get connected(): boolean {
    return this.socket?.connected === true;
  }

  ask(event: string, payload: unknown): Promise<Answer> {
    if (this.socket === null) throw new Error('it has not arrived');
    return this.socket.timeout(5_000).emitWithAck(event, payload);
  }

  /** Without waiting for anything. */
  tell(event: string, payload: unknown): void {
    this.socket?.emit(event, payload);
  }

  report(more: Partial<Report>): void {
    this.tell('report', reportOf(more));
  }

  send(frame: Frame): void {
    this.sendRaw(encodeFrame(frame));
  }

  sendRaw(bytes: Uint8Array): void {
    const wire = this.wire;
    if (wire === null || wire.destroyed) return;
    const send = () => {
      try {
        wire.send(bytes);
      } catch (error) {
        // The other end has closed the channel, and simple-peer has yet to say so.
        if ((error as Error).name !== 'InvalidStateError') throw error;
      }
    };
    // What arrives may be sooner than simple-peer's own word that the link is open.
    if (wire.connected) send();
    else wire.once('connect', send);
  }

  /** A whole chunk, as an honest peer would send these bytes. */
  sendChunk(request: number, sealed: Uint8Array): void {
    for (let offset = 0; offset < sealed.length; offset += FRAME_PAYLOAD_BYTES) {
      this.send({ type: 'data', request, offset, bytes: sealed.subarray(offset, offset + FRAME_PAYLOAD_BYTES) });
    }
  }

  leave(): void {
    this.socket?.disconnect();
    this.wire?.destroy();
  }

  private onSignal({ from, link, signal }: SignalIn): void {
    const parsed = JSON.parse(signal) as SimplePeer.SignalData;
    if (link !== this.link) {
      if (!('type' in parsed) || parsed.type !== 'offer') return;
      this.wire?.destroy();
      this.link = link;
      this.partner = from;
      this.answer();
    }
    this.wire?.signal(parsed);
  }

  private answer(): void {
    const [link, to] = [this.link, this.partner];
    const wire = new SimplePeer({
      initiator: false,
      trickle: true,
      objectMode: true,
      wrtc,
      config: { iceServers: [] },
    });
    this.wire = wire;
    wire.on('signal', (signal) => this.tell('signal', { to, link, signal: JSON.stringify(signal) }));
    wire.on('connect', () => {
      this.linked = true;
    });
    wire.on('data', (data: Uint8Array) => {
      const frame = decodeFrame(data);
      if (frame === null) return;
      this.heard.push(frame);
      this.behave(frame, this);
    });
    wire.on('error', () => {});
    wire.on('close', () => {
      if (this.linked && this.wire === wire) this.dropped = true;
    });
  }
}
