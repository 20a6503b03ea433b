import { EnxameError } from '@/lib/contracts/errors';
import { sharePlaylistRequest } from '@/lib/contracts/http';
import type { Runtime } from '@/lib/host/runtime';
import { accept } from '../../../_lib/playlists';
import { readId } from '../../../_lib/query';
import { route } from '../../../_lib/route';

/** Who may see the playlist, and with `shared` also change what is in it. Replaces what was said before. */
export const PUT = route(
  { access: 'listener', body: sharePlaylistRequest },
  async ({ body, params, publish, runtime }) => {
    const playlistId = readId(params);
    const members = await accountsNamed(runtime, body.members);
    return accept(await publish('playlist.share', { playlistId, visibility: body.visibility, members }), playlistId);
  },
);

/** @throws {EnxameError} `not_found`, with the first name that no account has */
async function accountsNamed(runtime: Runtime, names: readonly string[]): Promise<string[]> {
  const people = await runtime.accounts.peopleNamed(names);
  const members = names.map((name) => {
    const person = people.find(({ id, email }) => id === name || email === name.trim().toLowerCase());
    if (person === undefined) throw new EnxameError('not_found', `Nobody here has the address ${name}.`);
    return person.id;
  });
  return [...new Set(members)];
}
