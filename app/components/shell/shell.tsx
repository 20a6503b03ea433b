'use client';
import { usePathname, useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { LOCALE_COOKIE } from '@/i18n/locales';
import { later } from '../later';
import { useShortcuts } from '../listening/use-shortcuts';
import { PlayerBar } from '../player/player-bar';
import { SidePanel } from '../player/side-panel';
import { keepCookie } from '../preferences';
import { useMe } from '../queries';
import { ErrorNote } from '../ui/states';
import { useInterface } from './interface';
import { Sidebar, TabBar } from './navigation';
import { OfflineBanner, OrOffline } from './offline';

const TitleOfTrack = later(() => import('./tab-title').then((module) => module.TitleOfTrack));
const SharingNotice = later(() => import('../listening/sharing-notice').then((module) => module.SharingNotice));

/** Around every page of a listener: where to go, what plays, what the swarm does. */
export function Shell({ admin = false, children }: { admin?: boolean; children: ReactNode }) {
  const t = useTranslations('nav');
  const { panel } = useInterface();
  useShortcuts();
  useLocaleOfAccount();
  return (
    <>
      <TitleOfTrack />
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-lg bg-honey px-4 py-2 text-sm font-semibold text-on-honey focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <Sidebar />
      <div
        className={`flex min-h-dvh flex-col pb-[calc(var(--tabs-height)+var(--player-height)+env(safe-area-inset-bottom))] md:pb-(--player-height) md:pl-60 ${panel === null ? '' : 'xl:pr-96'}`}
      >
        <OfflineBanner />
        <SharingNotice />
        <main id="main" tabIndex={-1} className="flex-1 outline-none">
          <OrOffline>
            <Guard admin={admin}>{children}</Guard>
          </OrOffline>
        </main>
      </div>
      <SidePanel />
      <PlayerBar />
      <TabBar />
    </>
  );
}

/**
 * Leads on whoever has no business here: to the first run, or to sign in. For the eye only: what guards is the gateway.
 */
function Guard({ admin = false, children }: { admin?: boolean; children: ReactNode }) {
  const me = useMe();
  const router = useRouter();
  const path = usePathname();
  const account = me.data?.account;
  useEffect(() => {
    if (me.data === undefined) return;
    if (me.data.firstRun) router.replace('/setup');
    else if (me.data.account === null)
      router.replace(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`);
    else if (admin && me.data.account.role !== 'admin') router.replace('/');
  }, [me.data, admin, path, router]);
  if (me.data === undefined && me.error !== null) {
    return (
      <div className="page">
        <ErrorNote error={me.error} retry={() => void me.refetch()} />
      </div>
    );
  }
  if (account == null || (admin && account.role !== 'admin')) return null;
  return children;
}

/** The language that was chosen for this account, here or in another browser, becomes this one's. */
function useLocaleOfAccount(): void {
  const router = useRouter();
  const locale = useLocale();
  const chosen = useMe().data?.account?.locale ?? null;
  useEffect(() => {
    if (chosen === null) return;
    // For the sign-in page, once nobody is signed in.
    keepCookie(LOCALE_COOKIE, chosen);
    if (chosen !== locale) router.refresh();
  }, [chosen, locale, router]);
}
