import type { Runtime } from '@/app/api/_lib/runtime';
import { api } from '@/lib/contracts/api';
import { encodeGrant, GRANT_HEAD_TYPE } from '@/lib/contracts/grant-head';
import type { Grant } from '@/lib/contracts/playback';
import { route } from '../_lib/route';

/** Leave to play a track, or a refusal with its reason; when asked for, with the chunk that sound begins with. */
export const POST = route(api.playback.grant, async ({ account, ask, body, runtime }) => {
  const { headAtS, ...wanted } = body;
  const grant = await ask('catalog.grant', { ...wanted, accountId: account.id });
  if (headAtS !== undefined) return withHead(grant, headAtS, runtime);
  runtime.prepare(grant.versionId);
  return grant;
});

function withHead(grant: Grant, atS: number, { head }: Runtime): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(encodeGrant(grant));
      const sealed = await head(grant.versionId, atS);
      if (sealed !== null) controller.enqueue(sealed);
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': GRANT_HEAD_TYPE, 'cache-control': 'no-store' } });
}
