import { peopleAmong } from '../../../_lib/playlists';
import { readId } from '../../../_lib/query';
import { route } from '../../../_lib/route';

/** What was done to it lately, the latest first: what can be undone. */
export const GET = route({ access: 'listener' }, async ({ account, ask, params, runtime }) => {
  const { changes } = await ask('playlists.changes', { id: readId(params), accountId: account.id });
  const actors = changes.map((change) => change.actorId);
  return { changes, people: await peopleAmong(runtime, actors) };
});
