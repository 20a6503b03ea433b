'use client';
import { WifiOff } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useOffline } from 'next/offline';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { useListening } from '../listening/context';
import { Button } from '../ui/button';
import { Empty } from '../ui/states';
import { onPageRequest } from './page-requests';

/** A connection that is down for less than this is made anew without a word: a restart of the server takes that long. */
const SAID_AFTER_MS = 3000;

/** A page that is not there this long after the click comes from the server. */
const MISSING_AFTER_MS = 300;

const never = () => () => {};

/** The connection to the server is not up, for whatever time. False before the player is loaded. */
export function useConnectionDown(): boolean {
  const { connection } = useListening();
  return useSyncExternalStore(
    connection === null ? never : (listener) => connection.onState(listener),
    () => connection !== null && connection.getState() === 'connecting',
    () => false,
  );
}

/** `on`, once it has been true for so long. */
export function useLasting(on: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!on) return;
    const timer = setTimeout(() => setLasting(true), ms);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [on, ms]);
  return on && lasting;
}

/** The server is out of reach: a page could not be fetched, or the connection has been down for a while. */
function useServerAway(): boolean {
  const pageFailed = useOffline();
  return useLasting(useConnectionDown(), SAID_AFTER_MS) || pageFailed;
}

/** Above every page while the server is out of reach. */
export function OfflineBanner() {
  const t = useTranslations('offline');
  const away = useServerAway();
  return (
    <div role="status">
      {away && (
        <p className="flex items-center gap-3 border-b bg-sunken px-4 py-2.5 text-sm md:px-8">
          <WifiOff className="size-4 shrink-0 text-accent" aria-hidden="true" />
          {t('banner')}
        </p>
      )}
    </div>
  );
}

/** The pages; while the server is out of reach, in the place of one that was asked for in vain, that it opens later. */
export function OrOffline({ children }: { children: ReactNode }) {
  const t = useTranslations('offline');
  const [inVain, setInVain] = useState<string | null>(null);
  const here = usePathname();
  const router = useRouter();
  const away = useServerAway();
  useEffect(() => {
    const clicked = ({ target, defaultPrevented }: MouseEvent) => {
      const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : null;
      // The router's links alone: a download, or a page in a new tab, is the browser's.
      if (defaultPrevented && link?.origin === location.origin) setInVain(link.pathname);
    };
    const turnedBack = () => setInVain(null);
    // Menus and keys open pages too.
    const stop = onPageRequest(setInVain);
    addEventListener('click', clicked);
    addEventListener('popstate', turnedBack);
    return () => {
      stop();
      removeEventListener('click', clicked);
      removeEventListener('popstate', turnedBack);
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that opens ends the wait, whichever it is
  useEffect(() => setInVain(null), [here]);
  // The page before has not been left: going to it ends the wait for the other one.
  const goBack = () => {
    setInVain(null);
    router.replace(location.pathname + location.search);
  };
  // A page that was open opens at once, and this is not to flash before it does.
  const isMissing = useLasting(away && inVain !== null && inVain !== here, MISSING_AFTER_MS);
  return (
    <>
      {isMissing && (
        <Empty title={t('title')} heading="h1" action={<Button onClick={goBack}>{t('back')}</Button>}>
          {t('text')}
        </Empty>
      )}
      <div hidden={isMissing}>{children}</div>
    </>
  );
}
