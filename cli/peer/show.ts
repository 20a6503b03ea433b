/** What a running peer says: lines of JSON for scripts, or a line that changes for eyes. */
import type { ChunkSource, PeerSnapshot } from '@/lib/swarm/api';
import { write } from '../client/output';

const MIBI = 2 ** 20;
const BAR_WIDTH = 40;
const MARK: Record<ChunkSource, string> = { none: '·', cache: 'c', peer: 'p', origin: 'o' };

export interface Telling {
  /** Something happened once: a line of its own. */
  event(event: string, data: object, sentence: string): void;
  /** How it stands now: replaces the last such line of a terminal; other readers get none. */
  state(snapshot: PeerSnapshot, sources: readonly ChunkSource[]): void;
}

export function tellOn(json: boolean): Telling {
  const live = process.stdout.isTTY && !json;
  const clear = live ? '\r\u001b[K' : '';
  return {
    event: (event, data, sentence) => write(json ? `${JSON.stringify({ event, ...data })}\n` : `${clear}${sentence}\n`),
    state(snapshot, sources) {
      if (json) write(`${JSON.stringify({ event: 'state', ...summary(snapshot) })}\n`);
      else if (live) write(`${clear}${line(snapshot, sources).slice(0, (process.stdout.columns || 120) - 1)}`);
    },
  };
}

/** Bytes since the start, bytes a second now, and each link. */
function summary({ signaling, notServing, links, totals, rates, cache }: PeerSnapshot) {
  return {
    signaling,
    notServing,
    links: links.map(({ peer, sent, received }) => ({ peer, sent, received })),
    totals,
    rates,
    cache,
  };
}

function line(snapshot: PeerSnapshot, sources: readonly ChunkSource[]): string {
  const { rates, links, signaling, totals } = snapshot;
  const kilo = (bytes: number) => `${Math.round(bytes / 1024)} KiB/s`;
  return [
    ...(sources.length > 0 ? [bar(sources)] : []),
    `peers ${kilo(rates.peer)}`,
    `origin ${kilo(rates.origin)}`,
    `sent ${kilo(rates.uploaded)} (${mebi(totals.uploaded)})`,
    `${links.length} links`,
    ...(signaling === 'up' ? [] : [`signaling: ${signaling}`]),
  ].join('  ');
}

/** Where the chunks came from (cache, peer, origin), the least lucky source of each stretch. */
function bar(sources: readonly ChunkSource[]): string {
  const order: ChunkSource[] = ['none', 'origin', 'peer', 'cache'];
  const width = Math.min(BAR_WIDTH, sources.length);
  return Array.from({ length: width }, (_, i) => {
    const from = Math.floor((i * sources.length) / width);
    const part = sources.slice(from, Math.max(from + 1, Math.floor(((i + 1) * sources.length) / width)));
    return MARK[order.find((source) => part.includes(source)) ?? 'none'];
  }).join('');
}

export function mebi(bytes: number): string {
  return `${(bytes / MIBI).toFixed(1)} MiB`;
}
