/** Rounds become the rows of the table. */
import type { Row } from '../benchmark';
import { BYTES_PER_S } from './music';
import type { Round } from './round';
import { SOUND_TIMEOUT_MS } from './scenarios';

/** CPU time is told for as long as the full form counts, however long a round took. */
const CPU_PER_S = 45;

export interface Played {
  system: string;
  scenario: string;
  /** Bytes that one copy of what was played has. */
  copyBytes: number;
  round: Round;
}

export function rowsOf(played: readonly Played[]): Row[] {
  const groups = new Map<string, Played[]>();
  for (const one of played) {
    const key = `${one.scenario} ${one.system}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(rowsOfGroup);
}

function rowsOfGroup(played: Played[]): Row[] {
  const [{ system, scenario } = { system: '', scenario: '' }] = played;
  const rounds = played.map(({ round }) => round);
  const listeners = rounds.flatMap((round) => round.listeners);
  // In `jump` and `aimed` it is the jump that is measured.
  const kind = scenario === 'jump' || scenario === 'aimed' ? 'jump' : 'start';
  const starts = listeners.flatMap(({ presses }) =>
    presses
      .filter((press) => press.kind === kind)
      .map((press) => (press.soundAt === null ? SOUND_TIMEOUT_MS : press.soundAt - press.pressedAt)),
  );
  const row = (metric: string, value: number, unit: string, n: number): Row => ({
    system,
    scenario,
    metric,
    value,
    unit,
    n,
  });
  const perRound = (of: (one: Played) => number) => mean(played.map(of));
  const sum = (round: Round, of: (one: Round['listeners'][number]) => number) =>
    round.listeners.reduce((total, listener) => total + of(listener), 0);
  return [
    row('start p50 ms', quantile(starts, 0.5), 'ms', starts.length),
    row('start p90 ms', quantile(starts, 0.9), 'ms', starts.length),
    row(
      'copies',
      perRound(({ round, copyBytes }) => round.originBytes / copyBytes),
      'files',
      rounds.length,
    ),
    row(
      'stalls',
      perRound(({ round }) => sum(round, ({ stalls }) => stalls.length)),
      'a round',
      rounds.length,
    ),
    row(
      'still s',
      perRound(({ round }) => sum(round, ({ stillMs }) => stillMs) / 1000),
      's a round',
      rounds.length,
    ),
    row('cpu s per listener', mean(rounds.flatMap(cpuOfWindow)), 's in 45 s', listeners.length),
    // Of the track that plays last; in an evening that says nothing, and what of the heard bytes the origin sent says all.
    ...(scenario === 'evening'
      ? [
          row(
            'origin share',
            perRound(({ round }) => round.originBytes / (sum(round, ({ heardS }) => heardS) * BYTES_PER_S)),
            'of heard bytes',
            rounds.length,
          ),
        ]
      : [
          row(
            'loaded copies',
            perRound(({ round }) => sum(round, ({ loaded }) => loaded)),
            'files',
            rounds.length,
          ),
        ]),
  ];
}

/** CPU seconds that each listener used. */
function cpuOfWindow({ listeners, durationS }: Round): number[] {
  return listeners.map(({ cpuS }) => (cpuS * CPU_PER_S) / durationS);
}

/** Nearest rank. NaN of nothing. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
