'use client';
import {
  Activity,
  ChartColumn,
  Ellipsis,
  Heart,
  History,
  House,
  Library,
  ListMusic,
  type LucideIcon,
  Search,
  Settings,
} from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { LIBRARY } from '../library/ways';
import { usePlaylists } from '../playlists/changes';
import { useMe } from '../queries';
import { Mark } from '../ui/hexagon';
import { useMenu } from '../ui/menu';
import { menuPlace } from '../ui/menu-request';

interface Place {
  href: string;
  key: 'home' | 'search' | 'library' | 'playlists' | 'favourites' | 'history' | 'statistics' | 'settings' | 'admin';
  icon: LucideIcon;
  /** Other pages that are of this place. */
  also?: readonly string[];
}

const LISTEN: Place[] = [
  { href: '/', key: 'home', icon: House },
  { href: '/search', key: 'search', icon: Search },
  // One entry for all ways through the library, which lead from one to the other (library-tabs.tsx).
  { href: '/albums', key: 'library', icon: Library, also: LIBRARY.map((key) => `/${key}`) },
  { href: '/playlists', key: 'playlists', icon: ListMusic },
  { href: '/favourites', key: 'favourites', icon: Heart },
  { href: '/history', key: 'history', icon: History },
  { href: '/statistics', key: 'statistics', icon: ChartColumn },
];
const SETTINGS: Place = { href: '/settings', key: 'settings', icon: Settings };
const ADMIN: Place = { href: '/admin', key: 'admin', icon: Activity };
/** What a thumb reaches; the rest is a step away, in a menu of the last tab. */
const IN_TABS = ['home', 'search', 'library', 'playlists'];
const TABS = LISTEN.filter((place) => IN_TABS.includes(place.key));
const IN_MENU = [...LISTEN.filter((place) => !IN_TABS.includes(place.key)), SETTINGS];

const isHere = ({ href, also = [] }: Pick<Place, 'href' | 'also'>, path: string) =>
  [href, ...also].some((place) => path === place || (place !== '/' && path.startsWith(`${place}/`)));

export function Sidebar() {
  const t = useTranslations('nav');
  const path = usePathname();
  const isAdmin = useMe().data?.account?.role === 'admin';
  return (
    <header className="fixed inset-y-0 left-0 z-30 hidden w-60 flex-col border-r bg-sunken pb-(--player-height) md:flex">
      <Link href="/" className="mx-3 mt-4 mb-5 flex items-center gap-2.5 rounded-lg px-2 py-1.5">
        <Mark className="size-8" />
        <span className="text-xl font-bold tracking-tight">Enxame</span>
      </Link>
      <nav aria-label={t('main')} className="flex min-h-0 flex-1 flex-col gap-0.5 px-3">
        {LISTEN.map((place) => (
          <SidebarLink key={place.key} place={place} path={path} />
        ))}
        <SidebarPlaylists path={path} />
        <div className="mt-auto grid gap-0.5 pt-3 pb-3">
          {isAdmin && <SidebarLink place={ADMIN} path={path} />}
          <SidebarLink place={SETTINGS} path={path} />
        </div>
      </nav>
    </header>
  );
}

function SidebarLink({ place, path }: { place: Place; path: string }) {
  const t = useTranslations('nav');
  const here = isHere(place, path);
  const Icon = place.icon;
  return (
    <Link
      href={place.href}
      aria-current={here ? 'page' : undefined}
      className="flex min-h-10 items-center gap-3 rounded-lg px-3 text-sm font-medium text-soft transition-colors hover:bg-wash hover:text-ink aria-[current]:bg-wash aria-[current]:font-semibold aria-[current]:text-ink"
    >
      <Icon className={`size-[1.15rem] ${here ? 'text-accent' : ''}`} aria-hidden="true" />
      {t(place.key)}
    </Link>
  );
}

function SidebarPlaylists({ path }: { path: string }) {
  const signedIn = useMe().data?.account != null;
  const playlists = usePlaylists(signedIn).data?.playlists ?? [];
  if (playlists.length === 0) return null;
  return (
    <ul className="mt-3 min-h-0 overflow-y-auto border-t pt-3 [scrollbar-width:thin]">
      {playlists.map((playlist) => (
        <li key={playlist.id}>
          <Link
            href={`/playlists/${playlist.id}`}
            aria-current={path === `/playlists/${playlist.id}` ? 'page' : undefined}
            className="block truncate rounded-lg px-3 py-1.5 text-sm text-soft hover:bg-wash hover:text-ink aria-[current]:text-ink"
          >
            {playlist.name}
          </Link>
        </li>
      ))}
    </ul>
  );
}

const TAB =
  'flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-[0.6875rem] font-medium text-soft aria-[current]:font-semibold aria-[current]:text-accent';

export function TabBar() {
  const t = useTranslations('nav');
  const path = usePathname();
  return (
    <nav
      aria-label={t('main')}
      className="fixed inset-x-0 bottom-0 z-40 flex h-[calc(var(--tabs-height)+env(safe-area-inset-bottom))] border-t bg-sunken pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {TABS.map((place) => (
        <Link key={place.key} href={place.href} aria-current={isHere(place, path) ? 'page' : undefined} className={TAB}>
          <place.icon className="size-5" aria-hidden="true" />
          <span className="max-w-full truncate px-0.5">{t(place.key)}</span>
        </Link>
      ))}
      <MoreTab path={path} />
    </nav>
  );
}

/** The places that no tab is left for. */
function MoreTab({ path }: { path: string }) {
  const t = useTranslations('nav');
  const router = useRouter();
  const openMenu = useMenu();
  const isAdmin = useMe().data?.account?.role === 'admin';
  const places = isAdmin ? [...IN_MENU, ADMIN] : IN_MENU;
  const entries = places.map(({ href, key, icon }) => ({ icon, label: t(key), onSelect: () => router.push(href) }));
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-current={places.some((place) => isHere(place, path)) ? 'true' : undefined}
      onClick={({ currentTarget }) => openMenu({ ...menuPlace(currentTarget), label: t('more'), entries })}
      className={TAB}
    >
      <Ellipsis className="size-5" aria-hidden="true" />
      <span className="max-w-full truncate px-0.5">{t('more')}</span>
    </button>
  );
}
