'use client';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { later } from '../later';
import { useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';
import { PANEL_ID } from './panel-toggle';

const QueuePanel = later(() => import('./queue-panel').then((module) => module.QueuePanel));
const SwarmPanel = later(() => import('../swarm/swarm-panel').then((module) => module.SwarmPanel));
const LyricsPanel = later(() => import('../lyrics/lyrics-panel').then((module) => module.LyricsPanel));

/** The queue, the lyrics or the swarm beside the page; over it where the screen is narrow. Escape closes it, and focus goes back. */
export function SidePanel() {
  const t = useTranslations('player');
  const { panel, setPanel } = useInterface();
  const heading = useRef<HTMLHeadingElement>(null);
  const cameFrom = useRef<Element | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (panel === null) {
      if (cameFrom.current instanceof HTMLElement && cameFrom.current.isConnected) cameFrom.current.focus();
      cameFrom.current = null;
      return;
    }
    cameFrom.current ??= document.activeElement;
    heading.current?.focus();
  }, [panel]);
  if (panel === null) return null;
  return (
    <aside
      id={PANEL_ID}
      aria-labelledby="side-panel-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) setPanel(null);
      }}
      className="hive fixed top-0 right-0 bottom-[calc(var(--tabs-height)+var(--player-height)+env(safe-area-inset-bottom))] z-30 flex w-full animate-rise flex-col border-l shadow-lift sm:w-96 md:bottom-(--player-height)"
    >
      <div className="flex items-center justify-between px-5 pt-4 pb-3">
        <h2 id="side-panel-title" ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">
          {t(panel)}
        </h2>
        <IconButton label={t('closePanel')} onClick={() => setPanel(null)} className="-mr-2">
          <X className="size-5" aria-hidden="true" />
        </IconButton>
      </div>
      {panel === 'lyrics' && (
        <div className="min-h-0 flex-1">
          <LyricsPanel />
        </div>
      )}
      {panel !== 'lyrics' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div ref={scroller} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-5 pb-6 [scrollbar-width:thin]">
          {panel === 'queue' ? <QueuePanel scroller={scroller} /> : <SwarmPanel />}
        </div>
      )}
    </aside>
  );
}
