/** Live events, as pages receive them: over the connection to the server, as an observer. */
import { ServerConnection } from '@/lib/client/connection';
import { playback } from '@/lib/contracts/api/playback';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import { systemClock } from '@/lib/util/clock';
import type { Api } from './api';

const CONNECT_TIMEOUT_MS = 10_000;

export interface Facts {
  close(): void;
}

/**
 * Hears facts until closed, connecting again by itself. Resolves once it hears for the first time.
 * @throws {EnxameError} the gateway's refusal; `unavailable` when signaling does not answer
 */
export async function hearFacts(
  api: Api,
  on: { fact(fact: Message): void; state?(state: 'up' | 'down'): void },
): Promise<Facts> {
  const peerId = newId();
  const admit = () => api.ask(playback.admit, { body: { peerId } });
  // Asked here, so that a refusal is the caller's.
  let first: Awaited<ReturnType<typeof admit>> | null = await admit();
  const connection = new ServerConnection({
    async admit() {
      const admission = first ?? (await admit());
      first = null;
      return admission;
    },
    origin: api.server,
    clock: systemClock,
    // Of a newer server; none of ours.
    log: () => {},
  });
  connection.onEvent((event) => on.fact(event));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.close();
      reject(new EnxameError('unavailable', 'Live changes are not available right now.'));
    }, CONNECT_TIMEOUT_MS);
    connection.onState((state) => {
      if (state === 'up') {
        clearTimeout(timer);
        resolve();
      }
      on.state?.(state === 'up' ? 'up' : 'down');
    });
    connection.start();
  });
  return { close: () => connection.close() };
}
