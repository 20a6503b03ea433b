/** WebTorrent as its documentation shows it: a service worker answers the element from the torrent. Tracker and STUN are ours. */
import WebTorrent, { type Torrent } from 'webtorrent/dist/webtorrent.min.js';
import { openPage } from './page';

const START_TIMEOUT_MS = 20_000;

void openPage(async () => {
  const controller = await navigator.serviceWorker.register('sw.min.js');
  await activated();
  const client = new WebTorrent({
    dht: false,
    tracker: { rtcConfig: { iceServers: [{ urls: `stun:${location.host}` }] } },
  });
  client.on('error', (error) => console.error(error));
  client.createServer({ controller });
  // What was played once is kept, and goes on being shared.
  const torrents = new Map<string, Promise<Torrent>>();
  const torrentOf = (url: string) => {
    const known =
      torrents.get(url) ?? new Promise<Torrent>((done) => client.add(new URL(url, location.href).href, done));
    torrents.set(url, known);
    return known;
  };
  let playing: Torrent | null = null;
  return {
    async load(audio, track) {
      playing = null;
      audio.removeAttribute('src');
      playing = await torrentOf(track.url);
      const [file] = playing.files;
      if (file !== undefined) audio.src = file.streamURL;
    },
    loaded: () => playing?.files[0]?.progress ?? 0,
  };
});

/** Until the service worker answers this page's requests. */
async function activated(): Promise<void> {
  const late = AbortSignal.timeout(START_TIMEOUT_MS);
  const { active } = await navigator.serviceWorker.ready;
  while (active?.state !== 'activated') {
    late.throwIfAborted();
    await new Promise((done) => active?.addEventListener('statechange', done, { once: true, signal: late }));
  }
  while (navigator.serviceWorker.controller === null) {
    late.throwIfAborted();
    await new Promise((done) => setTimeout(done, 20));
  }
}
