import { EnxameError } from '@/lib/contracts/errors';
import type { CommandType, MarkCommandType, MessageData } from '@/lib/contracts/messages';
import type { RestCall } from './endpoint';

/** An answer waits 2 s for a command to be handled; so often it is asked for. */
const ATTEMPTS = 5;

/** Gives a command and waits until it is done, since apps read right after they write. @returns its id @throws {EnxameError} why it was refused */
export async function give<T extends CommandType | MarkCommandType>(
  call: Pick<RestCall, 'account' | 'ask' | 'publish'>,
  type: T,
  data: MessageData<T>,
): Promise<string> {
  const messageId = await call.publish(type, data);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { state, refused } = await call.ask('playlists.outcome', { accountId: call.account.id, messageId });
    if (state === 'confirmed') return messageId;
    if (state === 'rejected') {
      throw new EnxameError(refused?.code ?? 'conflict', refused?.message ?? 'This was refused.');
    }
  }
  throw new EnxameError('timeout', 'The change is accepted and will be made, but that takes longer than usual.');
}
