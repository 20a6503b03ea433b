import { sharePlaylistRequest } from '@/lib/contracts/http';
import { normalEmail } from '@/lib/contracts/text';
import { accept } from '../../../_lib/playlists';
import { readId } from '../../../_lib/query';
import { route } from '../../../_lib/route';

/**
 * Who may see the playlist, and with `shared` also change what is in it. Replaces what was said before. An address that nobody has is
 * taken like any other: the answer must not tell who has an account here.
 */
export const PUT = route(
  { access: 'listener', body: sharePlaylistRequest },
  async ({ body, params, publish, runtime }) => {
    const playlistId = readId(params);
    const named = [...new Set(body.members.map((name) => (name.includes('@') ? normalEmail(name) : name)))];
    const accounts = await runtime.accounts.accountsByEmail(named.filter((name) => name.includes('@')));
    const members = named.flatMap((name) => (name.includes('@') ? (accounts.get(name) ?? []) : name));
    const data = { playlistId, visibility: body.visibility, members: [...new Set(members)], named };
    return accept(await publish('playlist.share', data), playlistId);
  },
);
