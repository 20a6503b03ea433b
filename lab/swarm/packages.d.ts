/** What we use of packages that are installed in this folder only, so that the repository's types can be checked without them. */
declare module 'bittorrent-tracker/server' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';
  export default class Tracker extends EventEmitter {
    constructor(options: {
      udp: boolean;
      http: boolean;
      ws: boolean | { noServer: true };
      stats: boolean;
      interval: number;
    });
    on(event: 'error', listener: (error: Error) => void): this;
    ws: EventEmitter & {
      handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (opened: unknown) => void): void;
    };
  }
}

declare module 'create-torrent' {
  export default function createTorrent(
    input: string,
    options: { name: string; announceList: string[][]; urlList: string[]; pieceLength?: number; private?: boolean },
    done: (error: Error | null, torrent: Uint8Array) => void,
  ): void;
}

declare module 'webtorrent/dist/webtorrent.min.js' {
  interface TorrentFile {
    streamURL: string;
    progress: number;
  }
  interface Torrent {
    files: TorrentFile[];
  }
  export default class WebTorrent {
    constructor(options: { dht: boolean; tracker: { rtcConfig: RTCConfiguration } });
    createServer(options: { controller: ServiceWorkerRegistration }): unknown;
    add(torrent: string, done: (torrent: Torrent) => void): Torrent;
    on(event: 'error', listener: (error: Error) => void): this;
  }
}

declare module 'hls.js' {
  export default class Hls {
    static Events: { ERROR: 'hlsError' };
    constructor(config?: object);
    loadSource(url: string): void;
    attachMedia(media: HTMLMediaElement): void;
    on(event: 'hlsError', listener: (event: string, data: { fatal: boolean; details: string }) => void): void;
    destroy(): void;
  }
}

declare module 'p2p-media-loader-hlsjs' {
  import type Hls from 'hls.js';

  interface Engine {
    addEventListener(name: 'onSegmentLoaded', listener: (details: { segmentUrl: string }) => void): void;
  }
  export class HlsJsP2PEngine {
    static injectMixin(
      hls: typeof Hls,
    ): new (
      config: object & { p2p: { core: object; onHlsJsCreated?: (hls: Hls & { p2pEngine: Engine }) => void } },
    ) => Hls & { p2pEngine: Engine };
  }
}
