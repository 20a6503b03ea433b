import { deflateSync } from 'node:zlib';
import type { Runtime } from '@/app/api/_lib/runtime';
import { api } from '@/lib/contracts/api';
import { encodeGrant, GRANT_HEAD_TYPE } from '@/lib/contracts/grant-head';
import type { Grant } from '@/lib/contracts/playback';
import { encodeSoundFirst, SOUND_FIRST_TYPE } from '@/lib/contracts/sound-first';
import type { FirstSound } from '@/lib/origin/first-bytes';
import { route } from '../_lib/route';

/** The grant waits this long (ms) for the bytes that come with it. A disk that takes longer must not keep it: others may have them. */
const FIRST_SOUND_PATIENCE_MS = 300;

/** Leave to play a track, or a refusal with its reason; when asked for, with the chunk that sound begins with. */
export const POST = route(api.playback.grant, async ({ account, ask, body, runtime }) => {
  const { headAtS, soundFirst, ...wanted } = body;
  const grant = await ask('catalog.grant', { ...wanted, accountId: account.id });
  if (headAtS !== undefined) {
    const first = soundFirst === true ? await firstSound(grant, headAtS, runtime) : null;
    return first === null ? withHead(grant, headAtS, runtime) : withSound(grant, first);
  }
  runtime.prepare(grant.versionId);
  return grant;
});

/** Null where the manifest is too long to come along. */
async function firstSound(grant: Grant, atS: number, runtime: Runtime): Promise<FirstSound | null> {
  if (grant.manifest.inline === undefined) return null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, FIRST_SOUND_PATIENCE_MS, null);
  });
  return await Promise.race([runtime.firstSound(grant.versionId, atS), late]).finally(() => clearTimeout(timer));
}

/** All at once, so that no packet leaves half full. */
function withSound(grant: Grant, { manifestHead, piece, rest }: FirstSound): Response {
  const { inline: _, ...manifest } = grant.manifest;
  const first = encodeSoundFirst({ grant: { ...grant, manifest }, manifestHead, piece }, deflateSync);
  return respond(Buffer.concat([first, rest]), SOUND_FIRST_TYPE);
}

function withHead(grant: Grant, atS: number, { head }: Runtime): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(encodeGrant(grant));
      const sealed = await head(grant.versionId, atS);
      if (sealed !== null) controller.enqueue(sealed);
      controller.close();
    },
  });
  return respond(body, GRANT_HEAD_TYPE);
}

function respond(body: BodyInit, type: string): Response {
  return new Response(body, { headers: { 'content-type': type, 'cache-control': 'no-store' } });
}
