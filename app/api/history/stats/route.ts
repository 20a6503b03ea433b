import { EnxameError } from '@/lib/contracts/errors';
import { MAX_TIME_ZONE_CHARS, readWindow } from '../../_lib/history';
import { route } from '../../_lib/route';

/** This listener's numbers over a window of time. `timeZone`: whose days and hours; UTC where none is named. */
export const GET = route({ access: 'listener' }, async ({ account, ask, url }) => {
  const timeZone = url.searchParams.get('timeZone') || 'UTC';
  if (timeZone.length > MAX_TIME_ZONE_CHARS) {
    throw new EnxameError('invalid_request', 'The time zone must be an IANA name, such as America/Sao_Paulo.');
  }
  return ask('history.stats', { accountId: account.id, window: readWindow(url), timeZone });
});
