import { signPeerToken } from '@/lib/auth/peer-token';
import { iceServersFor } from '@/lib/config/ice';
import { peerRequest } from '@/lib/contracts/http';
import type { PeerAdmission } from '@/lib/contracts/playback';
import { route } from '../_lib/route';

/** What a tab needs before it can take part: a token for signaling, and who answers STUN. */
export const POST = route(
  { access: 'listener', body: peerRequest },
  async ({ account, session, body, runtime, visit }): Promise<PeerAdmission> => {
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
  },
);
