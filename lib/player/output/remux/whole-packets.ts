import type { EncodedPacket } from 'mediabunny';
import { opusPacketS } from '@/lib/assets/opus-packet';

/**
 * When packets play and for how long, as a decoder makes them. A container shortens the last one, and mediabunny the first one of Opus, by
 * what is not heard; a decoder makes all of it, and only an append window cuts where it is told what there is.
 */
export class WholePackets {
  private readonly codec: string;
  private readonly pace: number;
  private firstS: number | null = null;
  private endS = 0;
  private beforeS = 0;

  /** @param pace seconds for each second that packets say (flac-corrections.ts) */
  constructor(codec: string, pace = 1) {
    this.codec = codec;
    this.pace = pace;
  }

  /** Seconds, of which the first packet is at 0. Packets come in order. */
  of(packet: Pick<EncodedPacket, 'timestamp' | 'duration' | 'data'>, isLast: boolean) {
    const packetS = packet.duration * this.pace;
    this.firstS ??= packet.timestamp;
    const opusS = this.codec === 'opus' ? opusPacketS(packet.data) : null;
    // Each packet of these is as long as the one before.
    const isEven = this.codec === 'aac' || this.codec === 'mp3';
    const duration = opusS ?? (isLast && isEven ? Math.max(packetS, this.beforeS) : packetS);
    const timestamp = opusS === null ? (packet.timestamp - this.firstS) * this.pace : this.endS;
    this.endS = timestamp + duration;
    this.beforeS = duration;
    return { timestamp, duration };
  }
}
