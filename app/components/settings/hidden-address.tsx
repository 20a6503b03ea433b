'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { keepRelayOnly, readRelayOnly } from '../listening/sharing-mode';
import { useMe } from '../queries';

/** Links through the server's relay alone, where there is one. */
export function HiddenAddress() {
  const t = useTranslations('settings');
  const relay = useMe().data?.relay;
  const [hidden, setHidden] = useState(false);
  useEffect(() => setHidden(readRelayOnly()), []);
  if (relay === undefined) return null;
  const choose = (chosen: boolean) => {
    keepRelayOnly(chosen);
    setHidden(chosen);
  };
  return (
    <label className="mt-4 flex max-w-[68ch] items-start gap-3 text-sm">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-(--accent)"
        checked={relay === 'only' || (relay === 'offered' && hidden)}
        disabled={relay !== 'offered'}
        onChange={(event) => choose(event.target.checked)}
      />
      <span>
        <span className="font-medium">{t('hideAddress')}</span>
        <span className="mt-0.5 block text-soft">{t(`hideAddressText.${relay}`)}</span>
      </span>
    </label>
  );
}
