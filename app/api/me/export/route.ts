import { Readable } from 'node:stream';
import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';
import { accountArchive } from './archive';

/**
 * An archive that is written as it is read, so that no process ever holds the whole: when a part fails, the download breaks off without the
 * list of its files, which no reader takes for a whole archive.
 */
export const GET = route(api.account.exportMe, async (call) => {
  const now = new Date();
  const archive = await accountArchive(call, now, (error) =>
    call.runtime.log.warn({ error, requestId: call.requestId }, 'an export of an account broke off'),
  );
  return new Response(Readable.toWeb(archive) as ReadableStream<Uint8Array>, {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="enxame-account-${now.toISOString().slice(0, 10)}.zip"`,
      'cache-control': 'no-store',
    },
  });
});
