import { api } from '@/lib/contracts/api';
import { normalEmail } from '@/lib/contracts/fields';
import { route } from '../../../_lib/route';

/** Replaces what was said before. An address that nobody has is taken like any other: the answer must not tell who has an account here. */
export const PUT = route(api.playlists.share, async ({ body, params, publish, runtime }) => {
  const playlistId = params.id;
  const named = [...new Set(body.members.map((name) => (name.includes('@') ? normalEmail(name) : name)))];
  const accounts = await runtime.accounts.accountsByEmail(named.filter((name) => name.includes('@')));
  const members = named.flatMap((name) => (name.includes('@') ? (accounts.get(name) ?? []) : name));
  const data = { playlistId, visibility: body.visibility, members: [...new Set(members)], named };
  return { messageId: await publish('playlist.share', data), playlistId };
});
