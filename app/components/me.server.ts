import { headers } from 'next/headers';
import { cache } from 'react';
import { runtime } from '@/app/api/_lib/runtime';
import { mayDownload } from '@/app/api/download/plan';
import { readVisit } from '@/lib/auth/trust';
import { relayOf } from '@/lib/config/ice';
import type { Me } from '@/lib/contracts/api/account';

/**
 * Who asks for this page, so that it is right in its first byte (`GET /api/me` says the same later). Undefined where that
 * cannot be told now: then the page asks for itself, and shows what went wrong.
 Read once a request.
 */
export const readMe = cache(async (): Promise<Me | undefined> => {
  const sent = await headers();
  try {
    const { accounts, config } = runtime();
    const { account } = await accounts.session(sent);
    const firstRun = account === null && (await accounts.isFirstRun());
    return {
      account,
      firstRun,
      setupTokenNeeded: firstRun && accounts.setupTokenNeeded(readVisit(sent)),
      signup: config.signup,
      tabs: config.tabs,
      relay: relayOf(config),
      downloads: mayDownload(config, account),
    };
  } catch {
    return undefined;
  }
});
