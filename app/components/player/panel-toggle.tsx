'use client';
import { ListMusic, MessageSquareQuote, Waypoints } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type Panel, useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';

/** Where the queue, the lyrics or the swarm are shown. */
export const PANEL_ID = 'side-panel';

const ICONS = { queue: ListMusic, lyrics: MessageSquareQuote, swarm: Waypoints } as const satisfies Record<
  Panel,
  unknown
>;

export function PanelToggle({ panel, onOpen }: { panel: Panel; onOpen?: () => void }) {
  const t = useTranslations('player');
  const { panel: open, setPanel } = useInterface();
  const Icon = ICONS[panel];
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
