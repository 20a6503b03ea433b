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
    options: { name: string; announceList: string[][]; urlList: string[] },
    done: (error: Error | null, torrent: Uint8Array) => void,
  ): void;
}

declare module 'webtorrent/dist/webtorrent.min.js' {
  export interface Torrent {
    files: { streamURL: string; progress: number }[];
  }
  export default class WebTorrent {
    constructor(options: { dht: boolean; tracker: { rtcConfig: RTCConfiguration } });
    createServer(options: { controller: ServiceWorkerRegistration }): unknown;
    add(torrent: string, done: (torrent: Torrent) => void): Torrent;
    on(event: 'error', listener: (error: Error) => void): this;
  }
}

declare module 'hls.js' {
  interface LevelLoaded {
    details: { fragments: unknown[] };
  }
  export default class Hls {
    static Events: { LEVEL_LOADED: 'hlsLevelLoaded' };
    constructor(config?: object);
    loadSource(url: string): void;
    attachMedia(media: HTMLMediaElement): void;
    on(event: 'hlsLevelLoaded', listener: (event: string, data: LevelLoaded) => void): void;
    destroy(): void;
  }
}

declare module 'p2p-media-loader-hlsjs' {
  import type Hls from 'hls.js';

  interface Engine {
    addEventListener(name: 'onSegmentLoaded', listener: (details: { segmentUrl: string }) => void): void;
  }
  type HlsWithPeers = Hls & { p2pEngine: Engine };
  export const HlsJsP2PEngine: {
    injectMixin(
      hls: typeof Hls,
    ): new (config: {
      p2p: { core: object; onHlsJsCreated: (hls: HlsWithPeers) => void };
    }) => HlsWithPeers;
  };
}
