/** `npm run peer`: see docs/peer.md. */
import { CommanderError } from 'commander';
import { EXIT, exitCodeOf, Interrupted, problemOf, sentenceOf } from '../client/failures';
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
try {
  await program.parseAsync();
  process.exitCode = EXIT.ok;
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else if (terminated && error instanceof Interrupted) process.exitCode = EXIT.ok;
  else {
    if (process.env.DEBUG) console.error(error);
    const asJson = program.opts<{ json?: boolean }>().json === true;
    process.stderr.write(asJson ? `${JSON.stringify(problemOf(error))}\n` : `${sentenceOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
// Sockets and timers of a closed peer would hold the process for seconds; what was written is flushed first.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit();
