'use client';
import { useTranslations } from 'next-intl';
import { Modal } from '../ui/modal';
import { type Key, SHORTCUTS } from './keyboard';

/** What signs and letters do not say by themselves. */
const SIGNS: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', '-': '−' };

/** Every keyboard shortcut, opened by one of them (`?`) and from the settings. */
export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('shortcuts');
  return (
    <Modal open={open} onClose={onClose} title={t('title')}>
      <dl className="-mt-2 divide-y text-sm">
        {SHORTCUTS.map(({ shortcut, keys }) => (
          <div key={shortcut} className="flex items-center justify-between gap-4 py-1">
            <dt>{t(shortcut)}</dt>
            <dd className="flex shrink-0 items-center gap-1.5 text-xs text-soft">
              {shownOf(keys).map((one, n, shown) => (
                <span key={one.key} className="flex items-center gap-1.5">
                  {n > 0 && t(shown.length < keys.length ? 'to' : 'or')}
                  <Keys press={one} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

/** Of a row of keys the first and the last. */
const shownOf = (keys: readonly Key[]) => keys.filter((_, n) => keys.length <= 2 || n === 0 || n === keys.length - 1);

function Keys({ press: { key, shift = false } }: { press: Key }) {
  const t = useTranslations('shortcuts');
  const names = [...(shift ? [t('shift')] : []), key === ' ' ? t('space') : (SIGNS[key] ?? key.toUpperCase())];
  return names.map((name) => (
    <kbd
      key={name}
      className="grid min-h-7 min-w-7 place-items-center rounded-md border border-line-strong/60 bg-sunken px-2 font-sans text-xs font-semibold text-ink"
    >
      {name}
    </kbd>
  ));
}
