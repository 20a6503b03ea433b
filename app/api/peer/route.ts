import { signPeerToken } from '@/lib/auth/peer-token';
import { iceServersFor } from '@/lib/config/ice';
import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const POST = route(api.playback.admit, async ({ account, session, body, runtime, visit }) => {
  const now = Date.now();
  const who = { accountId: account.id, role: account.role, peerId: body.peerId, sessionId: session.id };
  return {
    ...(await signPeerToken(who, runtime.secrets.signingKey, now)),
    signalingUrl: runtime.config.signalingUrl,
    iceServers: iceServersFor(runtime.config, visit.host, body.peerId, now),
    relayOnly: runtime.config.relayOnly,
    publicKey: runtime.secrets.publicKey,
    now,
  };
});
