import { parseArgs } from 'node:util';
import type { Form } from '../benchmark';
import { SIZES } from './size';

export interface Options {
  form: Form;
  systems: string[];
  scenarios: string[];
  rounds: number;
  listeners: number;
  /** Added each way, ms. */
  delayMs: number;
}

const DELAY_MS = 20;
/** Hosts of one subnet, and more browsers than any machine carries. */
const MOST_LISTENERS = 64;
const MOST_ROUNDS = 100;

/** @throws with a sentence when an option is not one of those there are */
export function readOptions(args: string[], known: { systems: string[]; scenarios: string[] }): Options {
  const { values } = parseArgs({
    args,
    options: {
      systems: { type: 'string', default: known.systems.join(',') },
      scenarios: { type: 'string', default: known.scenarios.join(',') },
      rounds: { type: 'string' },
      listeners: { type: 'string' },
      short: { type: 'boolean', default: false },
      delay: { type: 'boolean', default: false },
    },
  });
  const form = values.short ? 'short' : 'full';
  const { rounds, listeners } = SIZES[form];
  return {
    form,
    systems: listOf('systems', values.systems, known.systems),
    scenarios: listOf('scenarios', values.scenarios, known.scenarios),
    rounds: countOf('rounds', values.rounds ?? String(rounds), MOST_ROUNDS),
    listeners: countOf('listeners', values.listeners ?? String(listeners), MOST_LISTENERS),
    delayMs: values.delay ? DELAY_MS : 0,
  };
}

function listOf(option: string, text: string, known: string[]): string[] {
  const chosen = text.split(',').filter(Boolean);
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined || chosen.length === 0)
    throw new Error(`--${option} ${text}: choose from ${known.join(', ')}, with commas between.`);
  return chosen;
}

function countOf(option: string, text: string, most: number): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new Error(`--${option} ${text}: a whole number from 1 to ${most}.`);
  return count;
}
