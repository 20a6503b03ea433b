import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteRange, sealedRange, sealedSize } from '@/lib/assets/geometry';
import type { SignedPiece } from '@/lib/assets/piece';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { fetchSpan } from './origin-source';

const geometry = { size: 10_500, chunkSize: 1024 };
const sealed = Uint8Array.from({ length: sealedSize(geometry) }, (_, i) => i % 251);
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** @param answer what the origin says; bytes are cut into pieces of these sizes, again and again */
function ask(
  from: number,
  to: number,
  answer: (range: Uint8Array) => Response | Promise<Response>,
  first: ByteRange | null = null,
) {
  const clock = new HandClock();
  const abort = new AbortController();
  const chunks = new Map<number, Uint8Array>();
  const found: SignedPiece[] = [];
  const seen: { url: string; headers: Headers; cache: string | undefined }[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    seen.push({ url: String(url), headers, cache: init?.cache });
    if (first !== null) return answer(pieceFirst(from, to, first));
    const [, start, end] = /bytes=(\d+)-(\d+)/.exec(headers.get('range') ?? '') ?? [];
    return answer(sealed.subarray(Number(start), Number(end) + 1));
  };
  const onChunk = (chunk: number, bytes: Uint8Array) => void chunks.set(chunk, bytes);
  const onPiece = (piece: SignedPiece) => void found.push(piece);
  const request = { url: '/origin/x', ticket: 't', geometry, from, to, first, signal: abort.signal, onChunk, onPiece };
  return { done: fetchSpan(request, fetch, clock), chunks, found, seen, clock, abort };
}

const signature = new Uint8Array(64).fill(7);

/** As the origin answers: the piece, its signature, the chunks without it. */
function pieceFirst(from: number, to: number, { start, end }: ByteRange): Uint8Array {
  const before = sealed.subarray(sealedRange(geometry, from).start, start);
  const behind = sealed.subarray(end, sealedRange(geometry, to - 1).end);
  return Buffer.concat([sealed.subarray(start, end), signature, before, behind]);
}

function pieces(bytes: Uint8Array, sizes: readonly number[], status = 206): Response {
  let at = 0;
  let turn = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        const size = sizes[turn++ % sizes.length] ?? 1;
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
        if (at >= bytes.length) controller.close();
      },
    }),
    { status },
  );
}

describe('a span', () => {
  it('is cut into its chunks, however its bytes arrive', async () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 11 })).filter(([a, b]) => a < b);
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(span, sizes, async ([from, to], cut) => {
        const { done, chunks } = ask(from, to, (bytes) => pieces(bytes, cut));
        await done;
        expect([...chunks.keys()]).toEqual(Array.from({ length: to - from }, (_, i) => from + i));
        for (const [chunk, bytes] of chunks) {
          const { start, end } = sealedRange(geometry, chunk);
          expect(bytes).toEqual(sealed.slice(start, end));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('may bring a piece of it first, which is put back to where it belongs', async () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 11 })).filter(([a, b]) => a < b);
    const place = fc.tuple(fc.nat(1000), fc.nat(1000)).filter(([a, b]) => a < b);
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(span, place, sizes, async ([from, to], [a, b], cut) => {
        const whole = { start: sealedRange(geometry, from).start, end: sealedRange(geometry, to - 1).end };
        const at = (share: number) => whole.start + Math.round(((whole.end - whole.start) * share) / 1000);
        const first = { start: at(a), end: Math.max(at(a) + 1, at(b)) };
        fc.pre(first.end <= whole.end);
        const { done, chunks, found } = ask(from, to, (bytes) => pieces(bytes, cut, 200), first);
        await done;
        expect(found).toEqual([{ start: first.start, bytes: sealed.slice(first.start, first.end), signature }]);
        for (const [chunk, bytes] of chunks) {
          const { start, end } = sealedRange(geometry, chunk);
          expect(Buffer.from(bytes).equals(sealed.slice(start, end))).toBe(true);
        }
        expect(chunks.size).toBe(to - from);
      }),
      { numRuns: 50 },
    );
    const { done, seen } = ask(1, 3, (bytes) => pieces(bytes, [4096], 200), { start: 1100, end: 1200 });
    await done;
    expect(seen.map(({ url, headers }) => [url, headers.get('range')])).toEqual([
      ['/origin/x/sound-first?from=1&to=3&start=1100&end=1200', null],
    ]);
  });

  it('is asked for once, by range, with the ticket, past the cache', async () => {
    const { done, seen } = ask(1, 3, (bytes) => pieces(bytes, [4096]));
    await done;
    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers.get('range')).toBe('bytes=1040-3119');
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer t');
    expect(seen[0]?.cache).toBe('no-store');
  });

  it('keeps what came before it broke off', async () => {
    const { done, chunks } = ask(0, 3, (bytes) => pieces(bytes.slice(0, 1500), [500]));
    await expect(done).rejects.toMatchObject({ code: 'unavailable' });
    expect([...chunks.keys()]).toEqual([0]);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['unavailable', () => Promise.reject(new TypeError('failed to fetch'))],
    ['unavailable', () => new Response('all of it', { status: 200 })],
    ['unavailable', () => new Response('<html>', { status: 502 })],
    ['bad_token', () => new Response(null, { status: 401 })],
    ['version_retired', () => new Response(null, { status: 410 })],
    [
      'file_missing',
      () => Response.json({ type: 'x', title: 'gone', status: 410, code: 'file_missing' }, { status: 410 }),
    ],
  ])('fails as %s', async (code, answer) => {
    await expect(ask(0, 1, answer).done).rejects.toMatchObject({ name: 'EnxameError', code });
  });

  it('is given up when the origin sends nothing, before it answers or after', async () => {
    const dumb = ask(0, 1, () => new Promise(() => {}));
    await settled();
    dumb.clock.pass(10_000);
    await expect(dumb.done).rejects.toMatchObject({ code: 'unavailable' });
    const stalled = ask(0, 1, () => new Response(new ReadableStream({}), { status: 206 }));
    await settled();
    stalled.clock.pass(10_000);
    await expect(stalled.done).rejects.toMatchObject({ code: 'unavailable' });
  });
});
