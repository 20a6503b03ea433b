import { api } from '@/lib/contracts/api';
import { peopleAmong } from '../../_lib/lookups';
import { route } from '../../_lib/route';

export const GET = route(api.tags.edits, async ({ ask, query, runtime }) => {
  const { edits, total } = await ask('catalog.tagEdits', query);
  const people = await peopleAmong(
    runtime,
    edits.map(({ accountId }) => accountId),
  );
  return { edits, total, people };
});
