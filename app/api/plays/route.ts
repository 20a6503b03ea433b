import { type Accepted, playEvent } from '@/lib/contracts/http';
import { json, route } from '../_lib/route';

const NO_BYTES = { cache: 0, peer: 0, origin: 0 };

/** What the player did. */
export const POST = route({ access: 'listener', body: playEvent }, async ({ body, publish }) => {
  const { type, bytes = NO_BYTES, ...play } = body;
  const messageId =
    type === 'started'
      ? await publish('playback.started', play)
      : await publish(`playback.${type}`, { ...play, bytes });
  return json({ messageId } satisfies Accepted, { status: 202 });
});
