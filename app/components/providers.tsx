'use client';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Me } from '@/lib/contracts/api/account';
import { isEnxameError } from '@/lib/contracts/enxame-error';
import { mayPass } from './errors';
import { later } from './later';
import { ListeningProvider } from './listening-provider';
import { keys } from './queries';
import { InterfaceProvider } from './shell/interface';
import { waitForPages } from './shell/page-requests';

if (typeof window !== 'undefined') waitForPages(window);

const STALE_MS = 30_000;
const RETRIES = 2;

const Notices = later(() => import('./ui/notices').then((module) => module.Notices));

function makeClient(me: Me | undefined): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        // The session ended elsewhere: who is here is asked anew, and the guard leads to the sign-in page.
        if (isEnxameError(error) && error.code === 'not_signed_in')
          void client.invalidateQueries({ queryKey: keys.me });
      },
    }),
    defaultOptions: {
      queries: { staleTime: STALE_MS, retry: (count, error) => count < RETRIES && mayPass(error) },
    },
  });
  if (me !== undefined) client.setQueryData(keys.me, me);
  return client;
}

/** What outlasts every page: answers, the player, the tab's peer. */
export function Providers({ me, children }: { me: Me | undefined; children: ReactNode }) {
  const [client] = useState(() => makeClient(me));
  return (
    <QueryClientProvider client={client}>
      <ListeningProvider>
        <InterfaceProvider>{children}</InterfaceProvider>
      </ListeningProvider>
      <Notices />
    </QueryClientProvider>
  );
}
