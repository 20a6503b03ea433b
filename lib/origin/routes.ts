/** What is asked of the origin, by its address. */
import { id } from '@/lib/contracts/ids';
import type { SoundFirstWanted } from './first-bytes';

export type Wanted =
  | { kind: 'sealed' | 'manifest'; versionId: string }
  | { kind: 'sound-first'; versionId: string; wanted: SoundFirstWanted }
  | { kind: 'plain'; trackId: string; peerId: string };
export type Route = Wanted | { kind: 'unknown' };

/** Null for what is not the origin's. */
export function routeOf(url: string): Route | null {
  const [path = '', query = ''] = url.split('?', 2);
  const [, version, part] = /^\/origin\/([^/]*)(\/manifest|\/sound-first)?$/.exec(path) ?? [];
  if (version !== undefined) {
    const versionId = id.safeParse(version);
    if (!versionId.success) return { kind: 'unknown' };
    if (part !== '/sound-first') {
      return { kind: part === undefined ? 'sealed' : 'manifest', versionId: versionId.data };
    }
    const wanted = wantedOf(new URLSearchParams(query));
    return wanted === null ? { kind: 'unknown' } : { kind: 'sound-first', versionId: versionId.data, wanted };
  }
  const plain = /^\/api\/stream\/([^/]*)$/.exec(path);
  if (plain === null) return path.startsWith('/origin/') ? { kind: 'unknown' } : null;
  const trackId = id.safeParse(plain[1]);
  const peerId = id.safeParse(new URLSearchParams(query).get('peer'));
  return trackId.success && peerId.success
    ? { kind: 'plain', trackId: trackId.data, peerId: peerId.data }
    : { kind: 'unknown' };
}

function wantedOf(query: URLSearchParams): SoundFirstWanted | null {
  const number = (name: string) => (/^\d{1,15}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : Number.NaN);
  const wanted = { from: number('from'), to: number('to'), start: number('start'), end: number('end') };
  return Object.values(wanted).some(Number.isNaN) ? null : wanted;
}
