import { relayOf } from '@/lib/config/ice';
import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';
import { mayDownload } from '../download/plan';

export const GET = route(api.account.me, async ({ account, runtime, visit }) => {
  const firstRun = account === null && (await runtime.accounts.isFirstRun());
  return {
    account,
    firstRun,
    setupTokenNeeded: firstRun && runtime.accounts.setupTokenNeeded(visit),
    signup: runtime.config.signup,
    tabs: runtime.config.tabs,
    relay: relayOf(runtime.config),
    downloads: mayDownload(runtime.config, account),
  };
});

export const PATCH = route(api.account.changeMe, async ({ account, body, runtime }) => {
  if (body.locale !== undefined) await runtime.accounts.setLocale(account.id, body.locale);
  if (body.name !== undefined) await runtime.accounts.own.rename(account.id, body.name);
  return {};
});
