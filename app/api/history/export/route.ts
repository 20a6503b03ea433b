import { api } from '@/lib/contracts/api';
import { historyDocument } from '../../_lib/history-document';
import { route } from '../../_lib/route';

/**
 * All plays of this listener as one JSON document, the oldest first. It is written piece by piece, so that no process ever
 * holds the whole: when a piece fails, the download breaks off without its end, which no reader takes for a whole document.
 */
export const GET = route(api.history.export, async ({ account, ask, runtime, requestId }) => {
  const now = new Date().toISOString();
  const pieces = historyDocument(account.id, now, ask);
  // The first piece is fetched before anything is answered: a service that is away is told as such.
  const first = await pieces.next();
  const encoder = new TextEncoder();
  let next = Promise.resolve(first);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await next;
          if (done) return controller.close();
          controller.enqueue(encoder.encode(value));
          next = pieces.next();
          // Whoever reads hears of it with the next pull.
          next.catch(() => {});
        } catch (error) {
          runtime.log.warn({ error, requestId }, 'an export broke off');
          controller.error(error);
        }
      },
      cancel: () => void pieces.return(undefined),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="enxame-history-${now.slice(0, 10)}.json"`,
      'cache-control': 'no-store',
    },
  });
});
