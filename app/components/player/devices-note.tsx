'use client';
import { MonitorSpeaker } from 'lucide-react';
import { useChosenText, useDevices } from './use-devices';

/** Says that the player shows another device, and whether that is still there. @param inline as a line, not above the player's bar */
export function DevicesNote({ inline = false }: { inline?: boolean }) {
  const text = useChosenText();
  const { chosen } = useDevices();
  const look = chosen?.link === 'live' ? 'text-accent' : 'text-soft';
  const place = inline
    ? 'mx-auto max-w-full text-sm'
    : 'absolute right-0 bottom-full max-w-full rounded-tl-lg border-t border-l border-line bg-surface px-3 py-1 text-xs';
  return (
    <p role="status" className={text === null ? 'sr-only' : `flex items-center gap-2 font-medium ${look} ${place}`}>
      {text !== null && (
        <>
          <MonitorSpeaker className="size-3.5 shrink-0" aria-hidden="true" />
          <span className="truncate">{text}</span>
        </>
      )}
    </p>
  );
}
