import { parseArgs } from 'node:util';

/** `short` takes seconds and runs every part once, with numbers that say nothing: the tests run it, so that no benchmark rots. */
export type Form = 'full' | 'short';

/**
 * Reads a benchmark's options: `--short`, and names of scenarios where it has any. Ends the process with a sentence when there are others.
 * @param scenarios what may be chosen
 */
export function readForm(scenarios: readonly string[] = []): { form: Form; chosen: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      options: { short: { type: 'boolean', default: false } },
      allowPositionals: scenarios.length > 0,
    });
    const unknown = positionals.find((name) => !scenarios.includes(name));
    if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}: choose from ${scenarios.join(', ')}.`);
    return { form: values.short ? 'short' : 'full', chosen: positionals.length > 0 ? positionals : scenarios };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
