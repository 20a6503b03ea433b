'use client';
import { ListMusic, Waypoints } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type Panel, useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';

/** Where the queue or the swarm is shown. */
export const PANEL_ID = 'side-panel';

export function PanelToggle({ panel, onOpen }: { panel: Panel; onOpen?: () => void }) {
  const t = useTranslations('player');
  const { panel: open, setPanel } = useInterface();
  const Icon = panel === 'queue' ? ListMusic : Waypoints;
  return (
    <IconButton
      label={t(panel)}
      aria-expanded={open === panel}
      aria-controls={open === panel ? PANEL_ID : undefined}
      onClick={() => {
        setPanel(open === panel && onOpen === undefined ? null : panel);
        onOpen?.();
      }}
      lit={open === panel}
    >
      <Icon className="size-[1.15rem]" aria-hidden="true" />
    </IconButton>
  );
}
