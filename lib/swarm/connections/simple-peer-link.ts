import type SimplePeer from 'simple-peer';
import { orTimeout } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import { type Connect, type Dial, type Ice, type Link, LinkState } from './link';

/** A link that took longer never opened in practice (measured: 0.35 to 0.8 s between two tabs, some seconds across homes). */
const DIAL_TIMEOUT_MS = 12_000;
/** A frame that could not be handed over in this time: the other side is gone, or slower than 1 KB/s. */
const SEND_TIMEOUT_MS = 20_000;

/** RTCPeerConnection and the rest, for a platform that has none: a terminal. */
export type Webrtc = NonNullable<SimplePeer.Options['wrtc']>;

/**
 * Links over WebRTC data channels. simple-peer is loaded at the first dial: it is of no use before.
 * @param wrtc where it is not the platform's own
 */
export function simplePeerConnect(clock: Clock, wrtc?: Webrtc): Connect {
  return ({ peer, initiator, ice, onSignal }) => {
    const state = new LinkState();
    const signals: string[] = [];
    let wire: SimplePeer.Instance | null = null;

    const close = () => {
      if (state.close()) wire?.destroy();
    };

    const open = async (): Promise<Link> => {
      const { default: Peer } = await import('simple-peer');
      if (state.closed) throw new Error('the dial was given up');
      const made = new Peer({
        initiator,
        // Every candidate as it is found: half a second sooner than waiting for all of them.
        trickle: true,
        objectMode: true,
        channelConfig: { ordered: true },
        config: {
          iceServers: ice.iceServers.map(toRtcIceServer),
          iceTransportPolicy: ice.relayOnly ? 'relay' : 'all',
        },
        ...(wrtc === undefined ? {} : { wrtc }),
      });
      wire = made;
      made.on('signal', (signal) => onSignal(JSON.stringify(signal)));
      made.on('data', (data: unknown) => {
        if (data instanceof Uint8Array) state.receive(data);
        else close();
      });
      // A remote close surfaces as an error, and 'close' follows every error.
      made.on('error', () => {});
      made.on('close', () => state.close());
      for (const text of signals.splice(0)) feed(made, text);
      await state.wait((resolve) => made.once('connect', () => resolve()));
      return {
        peer,
        send: (frame) => orTimeout(write(state, made, frame), SEND_TIMEOUT_MS, clock, stuck),
        onFrame: (handler) => state.onFrame(handler),
        onClose: (handler) => state.onClose(handler),
        close,
      };
    };

    const stuck = () => {
      close();
      return new Error('the link is stuck');
    };
    const link = orTimeout(open(), DIAL_TIMEOUT_MS, clock, () => {
      close();
      return new Error('no link in time');
    });
    link.catch(close);
    return {
      link,
      signal(text) {
        if (state.closed) return;
        if (wire === null) signals.push(text);
        else feed(wire, text);
      },
      close,
    } satisfies Dial;
  };
}

/** `write` calls back when less than 64 KiB are queued, and never once the peer is destroyed: `state.wait` ends it then. */
function write(state: LinkState, wire: SimplePeer.Instance, frame: Uint8Array<ArrayBuffer>): Promise<void> {
  return state.wait((resolve, reject) => {
    wire.write(frame, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Late signals throw once the peer is destroyed, and malformed ones must not end the page. */
function feed(wire: SimplePeer.Instance, text: string): void {
  try {
    wire.signal(text);
  } catch {
    wire.destroy();
  }
}

function toRtcIceServer(server: Ice['iceServers'][number]): RTCIceServer {
  return {
    urls: server.urls,
    ...(server.username === undefined ? {} : { username: server.username }),
    ...(server.credential === undefined ? {} : { credential: server.credential }),
  };
}
