import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someTrack } from './catalog.fixture';
import { encodeGrant, readGrantHead } from './grant-head';
import { newId } from './ids';
import type { Grant } from './playback';

const GRANT: Grant = {
  track: someTrack({}),
  versionId: newId(),
  size: 100_000,
  durationS: 10,
  mime: 'audio/mpeg',
  manifest: { digest: 'd', inline: 'bWFuaWZlc3Q=', url: '/origin/x/manifest' },
  key: 'a2V5',
  originUrl: '/origin/x',
  ticket: 'ticket',
  expiresAt: 1_800_000_000_000,
  plainUrl: '/api/stream/x',
};

/** The bytes in pieces of these sizes, the last piece being what is left. */
function inPieces(bytes: Uint8Array<ArrayBuffer>, sizes: readonly number[], breaksOff = false) {
  let at = 0;
  const left = [...sizes];
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const size = left.shift() ?? bytes.length;
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
      else if (breaksOff) controller.error(new Error('the network is gone'));
      else controller.close();
      at += size;
    },
  });
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

describe('a grant with its first chunk', () => {
  it('comes as it was sent, however the network cuts it', async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.uint8Array({ maxLength: 300 }), async (sizes, sealed) => {
        const { grant, head } = await readGrantHead(inPieces(joined(encodeGrant(GRANT), sealed), sizes));
        expect(grant).toEqual(GRANT);
        expect(await head).toEqual(sealed.length === 0 ? null : new Uint8Array(sealed));
      }),
      { numRuns: 100 },
    );
  });

  it('is no grant when it is too short, lies about its length, or is something else', async () => {
    const whole = encodeGrant(GRANT);
    const lying = joined(whole);
    new DataView(lying.buffer).setUint32(0, 0xffff_ffff);
    const other = joined(new Uint8Array([0, 0, 0, 2]), new TextEncoder().encode('{}'));
    for (const bytes of [whole.slice(0, 3), whole.slice(0, -1), lying, other]) {
      await expect(readGrantHead(inPieces(bytes, [7]))).rejects.toThrow();
    }
  });

  it('stands without a chunk that breaks off, or that never ends', async () => {
    const broken = joined(encodeGrant(GRANT), new Uint8Array(10));
    expect(await (await readGrantHead(inPieces(broken, [], true))).head).toBeNull();
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(encodeGrant(GRANT)),
      pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024)),
    });
    expect(await (await readGrantHead(endless)).head).toBeNull();
  });
});
