/** `npm run client`: see docs/client.md. */
import { CommanderError } from 'commander';
import { makeProgram } from './commands/program';
import { EXIT, exitCodeOf, problemOf, sentenceOf } from './failures';
import { runMenu } from './menu/menu';

// Whoever reads our output may leave early (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
process.once('SIGINT', () => process.exit(EXIT.interrupted));

const program = makeProgram(runMenu);
try {
  await program.parseAsync();
  process.exitCode = EXIT.ok;
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    if (process.env.DEBUG) console.error(error);
    const asJson = program.opts<{ json?: boolean }>().json === true;
    process.stderr.write(asJson ? `${JSON.stringify(problemOf(error))}\n` : `${sentenceOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
// Sockets and kept-alive connections would hold the process for seconds; what was written is flushed first.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit();
