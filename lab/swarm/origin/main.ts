/**
 * The origin's process of the systems compared with: `main.ts ADDRESS PORT FOLDER`. Serves the folder; on the same port and
 * address a tracker for WebTorrent's protocol (WebSocket), and STUN on the UDP port of that number.
 */
import type { Server } from 'node:http';
import Tracker from 'bittorrent-tracker/server';
import { pino } from 'pino';
import { startStun } from '@/signaling/stun';
import { createStaticServer } from './static-server';

/** How often peers announce, ms; as public WebTorrent trackers have it. */
const INTERVAL_MS = 120_000;

const [address = '', port = '', folder = ''] = process.argv.slice(2);
const server = createStaticServer(folder);
startTracker(server);
await startStun({ host: address, stunPort: Number(port) }, pino({ level: 'warn' }));
server.listen(Number(port), address, () => console.log('serving'));

/** Answers the upgrades of WebSockets on that server; its requests stay with whoever serves them. */
function startTracker(http: Server): void {
  const tracker = new Tracker({ udp: false, http: false, ws: { noServer: true }, stats: false, interval: INTERVAL_MS });
  tracker.on('error', (error) => console.error(`tracker: ${error.message}`));
  http.on('upgrade', (request, socket, head) => {
    tracker.ws.handleUpgrade(request, socket, head, (opened) => tracker.ws.emit('connection', opened, request));
  });
}
