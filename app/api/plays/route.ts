import { api } from '@/lib/contracts/api';
import { newMessage } from '@/lib/contracts/messages';
import { inBackground } from '@/lib/database/priority';
import { route } from '../_lib/route';

const NO_BYTES = { cache: 0, peer: 0, origin: 0 };

/** What the player did; its message says when it happened, which may be a while ago. */
export const POST = route(api.history.report, async ({ body, account, requestId, runtime }) => {
  const { type, bytes = NO_BYTES, agoS = 0, ...play } = body;
  const from = { actor: account.id, requestId, at: Math.round(Date.now() - agoS * 1000) };
  const message =
    type === 'started'
      ? newMessage('playback.started', { trackId: play.trackId, playId: play.playId, positionS: play.positionS }, from)
      : newMessage(`playback.${type}`, { ...play, bytes }, from);
  // Nobody waits for it, and others press play meanwhile.
  await inBackground(() => runtime.bus.publish(message));
  return { messageId: message.id };
});
