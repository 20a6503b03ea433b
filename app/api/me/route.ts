import { relayOf } from '@/lib/config/ice';
import type { Me } from '@/lib/contracts/http';
import { route } from '../_lib/route';

/** Who is here, and what this server allows; answers also when nobody is signed in. */
export const GET = route({ access: 'anyone' }, async ({ account, runtime, visit }): Promise<Me> => {
  const firstRun = account === null && (await runtime.accounts.isFirstRun());
  return {
    account,
    firstRun,
    setupTokenNeeded: firstRun && runtime.accounts.setupTokenNeeded(visit),
    signup: runtime.config.signup,
    tabs: runtime.config.tabs,
    relay: relayOf(runtime.config),
  };
});
