import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('.', import.meta.url));
const resolve = { alias: { '@': root.replace(/\/$/, '') } };

/** So many integration files are begun for each browser file: together they take about as long. */
const INTEGRATION_PER_BROWSER = 3;

/** Browsers keep a core busy and integration files mostly wait for servers: they run beside each other instead of one kind after the other. */
class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const of = (name: string) => sorted.filter(({ project }) => project.name === name);
    const [browser, integration] = [of('browser'), of('integration')];
    const mixed = browser.flatMap((file) => [file, ...integration.splice(0, INTEGRATION_PER_BROWSER)]);
    return [...of('unit'), ...mixed, ...integration];
  }
}

/**
 * Three projects, because they need different things: `unit` needs nothing but Node and ffmpeg; `integration` starts real servers on loopback; `browser`
 * starts the product and drives real browsers. The first runs before the others (`groupOrder`). Those share one pool, because their order is
 * the same: three files at a time, of either kind, on two cores, because most wait for servers now and then.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: MixedSequencer },
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['{app,lib,services,signaling,server,scripts,cli,lab}/**/*.test.{ts,tsx}'],
          environment: 'node',
          // One process for many files: to start Node and load the modules anew for each took two thirds of the time.
          isolate: false,
          maxWorkers: 2,
          // Ends a test that hangs. The default of 5 s is too little for a busy machine.
          testTimeout: 60_000,
          restoreMocks: true,
          unstubGlobals: true,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          environment: 'node',
          // As HANGS_MS of testing/wait.ts: they end what hangs, and say nothing about how fast something is.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          globalSetup: ['tests/support/shared-servers.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['tests/browser/setup.ts'],
          environment: 'node',
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
