import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc (USER_HZ; 100 on every Linux that Chromium runs on). */
const TICKS_PER_S = 100;

interface Process {
  parent: number;
  ticks: number;
}

/** CPU seconds that each tree of processes has used so far, its ended children included. @param roots process ids */
export function cpuSeconds(roots: readonly number[]): number[] {
  const all = readAll();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of all) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const sum = (pid: number): number =>
    (children.get(pid) ?? []).reduce((total, child) => total + sum(child), all.get(pid)?.ticks ?? 0);
  return roots.map((root) => sum(root) / TICKS_PER_S);
}

function readAll(): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    // Fields are counted from behind the name, which may hold spaces (proc(5)): state, parent, …, 11 to 14 are the times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
    if (stat !== '') all.set(Number(name), { parent: Number(fields[1]), ticks });
  }
  return all;
}

/** Empty when the process has gone meanwhile. */
function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
