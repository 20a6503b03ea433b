/** `npm run dev`: everything in one process from the sources; pages compile as they are opened, the server restarts on a change. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const args = ['watch', '--clear-screen=false', '--exclude', './app/**', '--exclude', './.next/**', 'server/main.ts'];
const child = spawn(
  process.execPath,
  [join('node_modules', 'tsx', 'dist', 'cli.mjs'), ...args, ...process.argv.slice(2)],
  {
    env: { NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1', ...process.env },
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
