/** `npm run peer`: see docs/peer.md. */
import { EXIT, Interrupted, runProgram } from '../client/failures';
import { makeProgram } from './commands';

/** Closing takes milliseconds; what hangs longer is not waited for. */
const CLOSE_WITHIN_MS = 5_000;

const stop = new AbortController();
let terminated = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    terminated = name === 'SIGTERM';
    stop.abort(new Interrupted());
    setTimeout(() => process.exit(EXIT.interrupted), CLOSE_WITHIN_MS).unref();
  });
}
// Whoever reads our output may leave early (`| head`): then there is nobody to tell, and the peer ends.
process.stdout.on('error', () => stop.abort(new Interrupted()));

const program = makeProgram(stop.signal);
// Being asked to end is how a peer that runs as a service ends.
await runProgram(program, (error) => terminated && error instanceof Interrupted);
