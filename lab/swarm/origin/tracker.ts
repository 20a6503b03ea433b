import type { Server } from 'node:http';
import Tracker from 'bittorrent-tracker/server';

/** How often peers announce, ms; as public WebTorrent trackers have it. */
const INTERVAL_MS = 120_000;

/** Answers the upgrades of WebSockets on that server; its requests stay with whoever serves them. */
export async function startTracker(http: Server): Promise<void> {
  const tracker = new Tracker({ udp: false, http: false, ws: { noServer: true }, stats: false, interval: INTERVAL_MS });
  tracker.on('error', (error) => console.error(`tracker: ${error.message}`));
  http.on('upgrade', (request, socket, head) => {
    tracker.ws.handleUpgrade(request, socket, head, (opened) => tracker.ws.emit('connection', opened, request));
  });
}
