/**
 * Entry of every server process: `main.mjs [part]`. Without a part: everything in one process.
 * A start that cannot go on prints one sentence and ends with 1.
 */
import { readConfig, StartError } from '@/lib/config/config';
import { makeLog } from '@/lib/config/log';
import type { Context } from './context';
import { ShutdownManager } from './shutdown';

const PARTS: Record<string, (context: Context) => Promise<void>> = {
  all: async (context) => (await import('./embedded')).start(context),
  web: async (context) => (await import('./web')).start(context),
  signaling: async (context) => (await import('./signaling')).start(context),
  catalog: async (context) => (await import('./services')).start(context, ['catalog']),
  playlists: async (context) => (await import('./services')).start(context, ['playlists']),
  history: async (context) => (await import('./services')).start(context, ['history']),
  services: async (context) => (await import('./services')).start(context, ['catalog', 'playlists', 'history']),
};

/** Told to the person as they are; anything else is a fault of ours and shows where. */
const EXPECTED = ['StartError', 'ConfigError'];

async function main(part: string): Promise<void> {
  const startPart = PARTS[part];
  if (startPart === undefined) {
    fail(new StartError(`There is no part "${part}". Choose one of: ${Object.keys(PARTS).join(', ')}.`));
    return;
  }
  try {
    const config = readConfig();
    const log = makeLog(config.logLevel, part === 'all' ? 'enxame' : part);
    const shutdown = new ShutdownManager(log);
    shutdown.onSignals();
    // A promise that nobody awaited is a fault to be seen, not a reason to stop everybody's music.
    process.on('unhandledRejection', (error) => log.error({ error }, 'a promise failed unseen'));
    try {
      await startPart({ config, log, shutdown });
    } catch (error) {
      if (shutdown.isStopping) return;
      await shutdown.stop();
      throw error;
    }
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  const expected = error instanceof Error && EXPECTED.includes(error.name);
  console.error(expected ? `\n${error.message}\n` : error);
  process.exit(1);
}

void main(process.argv[2] ?? 'all');
