import { EnxameError } from '@/lib/contracts/errors';
import type { Forwarding as State } from '@/lib/contracts/history';
import type { Database } from '@/lib/database/database';
import { checkToken } from './listenbrainz';
import { countWaiting, forgetForwarder, keepForwarder, readForwarder } from './queue';
import { wrapToken } from './token';

/** Where plays are forwarded to, and what wraps the tokens; null: nowhere. */
export type Target = { server: string; masterKey: Buffer } | null;

const NOWHERE: State = { server: null, userName: null, pending: 0, lastForwardedAt: null, problem: null };
/** What can stand in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

/** How a listener's forwarding stands. The token itself is never told. */
export async function forwardingState(database: Database, target: Target, accountId: string): Promise<State> {
  if (target === null) return NOWHERE;
  const { server } = target;
  const forwarder = await readForwarder(database.orm, accountId, server);
  if (forwarder === null) return { ...NOWHERE, server };
  const { userName, lastForwardedAt, problem } = forwarder;
  return { server, userName, pending: await countWaiting(database.orm, accountId), lastForwardedAt, problem };
}

/**
 * Takes a listener's token once the other server knows it, or forgets it (null).
 * @throws {EnxameError} `forbidden` when the other server does not know the token; `unavailable` when it cannot be asked;
 *   `invalid_request` where the administrator named no server, or for what can be no token
 */
export async function setForwarding(
  database: Database,
  target: Target,
  { accountId, token }: { accountId: string; token: string | null },
): Promise<State> {
  if (token === null) {
    await forgetForwarder(database, accountId);
    return forwardingState(database, target, accountId);
  }
  if (target === null) {
    throw new EnxameError('invalid_request', 'Scrobbling is not set up on this server.');
  }
  if (!TOKEN.test(token))
    throw new EnxameError(
      'invalid_request',
      'That token is not valid: it must not contain spaces or control characters.',
    );
  const { server, masterKey } = target;
  const owner = await checkToken(server, token);
  if (owner === 'unknown') throw new EnxameError('forbidden', `${server} does not accept this token.`);
  if ('reason' in owner) throw new EnxameError('unavailable', `The token could not be checked: ${owner.reason}.`);
  const wrappedToken = wrapToken(masterKey, { accountId, server }, token);
  await keepForwarder(database, { accountId, server, userName: owner.userName, wrappedToken });
  return forwardingState(database, target, accountId);
}
