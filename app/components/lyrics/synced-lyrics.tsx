'use client';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { LyricLine } from '@/lib/contracts/lyrics';
import { useListening } from '../listening/context';
import { Button } from '../ui/button';
import { isSungWith } from './current-line';
import { useCurrentLine } from './use-current-line';

/** Where the line that is sung stands: this part of the height from the top. */
const FOLLOWED_AT = 0.35;
/** What arrows and these move within the list of lines. */
const MOVES: Record<string, (from: number, count: number) => number> = {
  ArrowDown: (from) => from + 1,
  ArrowUp: (from) => from - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};
const SCROLLING_KEYS = ['PageUp', 'PageDown', ...Object.keys(MOVES)];

/** Lines that follow the sound until the person scrolls, and that are jumped to by a click or by keyboard. */
export function SyncedLyrics({ lines, large }: { lines: readonly LyricLine[]; large: boolean }) {
  const t = useTranslations('lyrics');
  const { command } = useListening();
  const current = useCurrentLine(lines);
  const [following, setFollowing] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  // The first time it is there at once; later it glides, where motion is wanted.
  const [gliding, setGliding] = useState(false);
  const sung = lines.findIndex((_, i) => isSungWith(lines, i, current));
  useEffect(() => {
    if (!following) return;
    const line = box.current?.querySelector<HTMLElement>(`[data-line="${Math.max(0, sung)}"]`);
    if (box.current === null || line == null) return;
    const top = line.offsetTop - box.current.clientHeight * FOLLOWED_AT;
    box.current.scrollTo({ top: sung < 0 ? 0 : top });
    setGliding(true);
  }, [sung, following]);

  const stopFollowing = () => setFollowing(false);
  const jump = (line: LyricLine) => {
    command((player) => player.seek((line.atMs ?? 0) / 1000));
    setFollowing(true);
  };
  const move = (event: KeyboardEvent) => {
    if (SCROLLING_KEYS.includes(event.key) && !event.shiftKey) stopFollowing();
    const buttons = [...(box.current?.querySelectorAll<HTMLElement>('button[data-line]') ?? [])];
    const from = buttons.indexOf(document.activeElement as HTMLElement);
    const to = buttons[MOVES[event.key]?.(from, buttons.length) ?? -1];
    if (from < 0 || event.shiftKey || to === undefined) return;
    event.preventDefault();
    to.focus();
  };
  // One of them is reached by Tab, the others by arrows.
  const words = lines.map((line, i) => (line.text === '' ? -1 : i)).filter((i) => i >= 0);
  const reached = words.findLast((i) => i <= Math.max(0, sung)) ?? words[0];

  return (
    <div className="relative h-full min-h-0">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears that the person scrolls */}
      <div
        ref={box}
        onWheel={stopFollowing}
        onTouchMove={stopFollowing}
        onPointerDown={(event) => {
          // On the scroll bar.
          if (event.target === event.currentTarget) stopFollowing();
        }}
        onKeyDown={move}
        className={`relative h-full overflow-y-auto px-5 [mask-image:linear-gradient(transparent,black_1.25rem,black_calc(100%-2rem),transparent)] [scrollbar-width:thin] ${gliding ? 'scroll-smooth' : ''}`}
      >
        <ol aria-label={t('title')} className={large ? 'grid gap-3 pt-6 pb-[45vh]' : 'grid gap-1.5 pt-4 pb-[30vh]'}>
          {lines.map((line, i) => {
            const isCurrent = isSungWith(lines, i, current);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines never change their order
              <li key={i} className={large ? 'text-xl leading-snug lg:text-2xl xl:text-3xl' : 'text-lg leading-snug'}>
                {line.text === '' ? (
                  <span
                    data-line={i}
                    aria-hidden="true"
                    className={`block px-2 py-1 ${isCurrent ? 'text-accent' : 'text-soft'}`}
                  >
                    ♪
                  </span>
                ) : (
                  <button
                    type="button"
                    dir="auto"
                    data-line={i}
                    tabIndex={i === reached ? 0 : -1}
                    aria-current={isCurrent || undefined}
                    onClick={() => jump(line)}
                    className={`block w-full rounded-lg px-2 py-1 text-start font-semibold text-balance transition-colors hover:bg-wash hover:text-ink ${isCurrent ? 'text-ink' : 'text-soft'}`}
                  >
                    {line.text}
                  </button>
                )}
              </li>
            );
          })}
        </ol>
      </div>
      {!following && (
        <div className="pointer-events-none absolute inset-x-0 bottom-4 grid justify-items-center">
          <Button onClick={() => setFollowing(true)} className="pointer-events-auto shadow-lift">
            {t('follow')}
          </Button>
        </div>
      )}
    </div>
  );
}
