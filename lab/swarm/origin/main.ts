/**
 * The origin's process of the systems compared with: `main.ts ADDRESS PORT FOLDER`. Serves the folder; on the same port and
 * address a tracker for WebTorrent's protocol (WebSocket), and STUN on the UDP port of that number.
 */
import { pino } from 'pino';
import { startStun } from '@/signaling/stun';
import { createStaticServer } from './static-server';
import { startTracker } from './tracker';

const [address = '', port = '', folder = ''] = process.argv.slice(2);
const server = createStaticServer(folder);
await startTracker(server);
await startStun({ host: address, stunPort: Number(port) }, pino({ level: 'warn' }));
server.listen(Number(port), address, () => console.log('serving'));
