/** What Enxame is to reach beside the others of the same run, and whether it did. */
import type { Row } from '../benchmark';

/** A limit as a number of its own, or as a share of what another system of the run has in the same row. */
type Limit = { atMost: number } | { ofSystem: string; share: number };

interface Goal {
  scenario: string;
  metric: string;
  limit: Limit;
}

export interface Verdict extends Goal {
  value: number;
  /** Null where the run says nothing: the system that it is compared with did not play. */
  limitValue: number | null;
  verdict: 'met' | 'missed' | 'no verdict';
}

/** Up to so many listeners two cores have room for each of them, and the lines decide; above, the processor does. */
const FEW_LISTENERS = 4;

const AIMED_SHARE = 0.3;
const COPIES = 1.1;
const CPU_SHARE = 1.4;

/** Shares of plain HTTP's time. */
interface Shares {
  stagger: number;
  flash: number;
  jump: number;
  /** The slowest tenth counts too. */
  p90: boolean;
}

function sharesFor(listeners: number, delayMs: number): Shares {
  if (listeners > FEW_LISTENERS) return { stagger: 0.6, flash: 0.6, jump: 0.6, p90: true };
  return delayMs > 0
    ? { stagger: 0.3, flash: 0.2, jump: 0.5, p90: false }
    : { stagger: 0.3, flash: 0.2, jump: 1, p90: false };
}

function goalsFor(scenario: string, listeners: number, delayMs: number): Goal[] {
  const goals: Goal[] = [];
  const add = (metric: string, limit: Limit) => goals.push({ scenario, metric, limit });
  const times = (share: number, p90 = false) => {
    add('start p50 ms', { ofSystem: 'http', share });
    if (p90) add('start p90 ms', { ofSystem: 'http', share });
  };
  const shares = sharesFor(listeners, delayMs);
  if (scenario === 'stagger') times(shares.stagger);
  if (scenario === 'flash') times(shares.flash, shares.p90);
  if (scenario === 'jump') {
    times(shares.jump);
    add('start p50 ms', { ofSystem: 'p2p-media-loader', share: 1 });
  }
  if (scenario === 'aimed') times(AIMED_SHARE);
  // With many on full cores Chromium says `waiting` for want of a processor, whoever brings the bytes.
  add('stalls', listeners > FEW_LISTENERS ? { ofSystem: 'http', share: 1 } : { atMost: 0 });
  if (['stagger', 'flash', 'jump'].includes(scenario)) {
    add('copies', { atMost: COPIES });
    add('cpu s per listener', { ofSystem: 'http', share: CPU_SHARE });
  }
  return goals;
}

/** @param rows of all systems of a run @param run how many listened, and what delay their lines have each way (ms) */
export function verdictsOf(rows: readonly Row[], run: { listeners: number; delayMs: number }): Verdict[] {
  const find = (system: string, { scenario, metric }: Pick<Goal, 'scenario' | 'metric'>) =>
    rows.find((row) => row.system === system && row.scenario === scenario && row.metric === metric)?.value;
  const scenarios = new Set(rows.filter(({ system }) => system === 'enxame').map(({ scenario }) => scenario));
  return [...scenarios]
    .flatMap((scenario) => goalsFor(scenario, run.listeners, run.delayMs))
    .flatMap((goal) => {
      const value = find('enxame', goal);
      return value === undefined ? [] : [judged(goal, value, find)];
    });
}

function judged(goal: Goal, value: number, find: (system: string, goal: Goal) => number | undefined): Verdict {
  const { limit } = goal;
  const other = 'ofSystem' in limit ? find(limit.ofSystem, goal) : 1;
  const share = 'ofSystem' in limit ? limit.share : limit.atMost;
  if (other === undefined) return { ...goal, value, limitValue: null, verdict: 'no verdict' };
  return { ...goal, value, limitValue: other * share, verdict: value <= other * share ? 'met' : 'missed' };
}

/** As lines to print, one for each goal. */
export function verdictLines(verdicts: readonly Verdict[]): string[] {
  return verdicts.map((one) => `${one.scenario}, ${one.metric}: ${rounded(one.value)}, ${ofGoal(one)}: ${one.verdict}`);
}

function ofGoal({ limit, limitValue }: Verdict): string {
  if ('atMost' in limit) return `goal at most ${limit.atMost}`;
  const goal = `goal at most ${limit.share} × ${limit.ofSystem}`;
  return limitValue === null ? `${goal}, which did not play` : `${goal} (${rounded(limitValue)})`;
}

const rounded = (value: number) => String(Math.round(value * 100) / 100);
