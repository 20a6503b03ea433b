/** `npm run client`: see docs/client.md. */
import { makeProgram } from './commands/program';
import { EXIT, runProgram } from './failures';
import { runMenu } from './menu/menu';

// Whoever reads our output may leave early (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
process.once('SIGINT', () => process.exit(EXIT.interrupted));

const program = makeProgram(runMenu);
await runProgram(program);
