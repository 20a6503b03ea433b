'use client';
import { WifiOff } from 'lucide-react';
import { useOffline } from 'next/offline';
import { useTranslations } from 'next-intl';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useListening } from '../listening/context';
import { Empty, Loading } from '../ui/states';

/** A connection that is down for less than this is made anew without a word: a restart of the server takes that long. */
const SAID_AFTER_MS = 3000;

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

/** In the place of a page that is on its way; where the server is out of reach, for as long as it takes. */
export function PageLoading() {
  const t = useTranslations('offline');
  if (useServerAway())
    return (
      <Empty title={t('title')} heading="h1">
        {t('text')}
      </Empty>
    );
  return <Loading>{null}</Loading>;
}
