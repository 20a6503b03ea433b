'use client';
import { Ellipsis } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ComponentProps, useState } from 'react';
import { later } from '../later';
import { IconButton } from '../ui/button';
import type { TrackMenu as Menu } from './track-menu';

type Props = Omit<ComponentProps<typeof Menu>, 'defaultOpen'>;

const OpenMenu = later(
  () =>
    import('./track-menu').then(({ TrackMenu }) => (menu: Props) => <TrackMenu {...menu} defaultOpen />),
  (menu: Props) => <Dots {...menu} />,
);

/** What opens a track's menu. The menu itself, which is many times as much, is made for the rows whose menu was opened. */
export function TrackMenuButton(menu: Props) {
  const [used, setUsed] = useState(false);
  return used ? <OpenMenu {...menu} /> : <Dots {...menu} onOpen={() => setUsed(true)} />;
}

function Dots({ track, onOpen }: Pick<Props, 'track'> & { onOpen?: () => void }) {
  const t = useTranslations('track');
  return (
    <IconButton
      label={t('more', { title: track.title })}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        onOpen?.();
      }}
      className="-mr-1 size-9"
    >
      <Ellipsis className="size-[1.15rem]" aria-hidden="true" />
    </IconButton>
  );
}
