import { expect, it, vi } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import type { Grant } from '@/lib/contracts/playback';
import { manifestFor } from './manifests';

const grant = {
  versionId: newId(),
  size: 1,
  manifest: { digest: 'x', url: '/origin/x/manifest' },
  ticket: 'ticket',
} as Grant;
const ask = (fetch: typeof globalThis.fetch, signal?: AbortSignal) =>
  manifestFor(grant, { cached: async () => null, along: null, fetch, publicKey: '', signal });

it('a manifest that breaks off on its way is the network’s fault', async () => {
  const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('network error')) });
  await expect(ask(async () => new Response(body))).rejects.toMatchObject({ code: 'unavailable' });
});

it('a manifest that never comes is not waited for without end', async () => {
  const after = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(after.signal);
  try {
    const asked = ask(
      (_url, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
          after.abort(new DOMException('timed out', 'TimeoutError'));
        }),
      new AbortController().signal,
    );
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  } finally {
    timeout.mockRestore();
  }
});
