'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { SHARING_MODES } from '@/lib/contracts/choices';
import { useListening, usePlayerState } from '../listening/context';
import { keepRelayOnly, readRelayOnly } from '../listening/sharing-mode';
import { useMe } from '../queries';
import { Choice } from '../ui/choice';
import { Group } from './group';

export function SharingSettings() {
  const t = useTranslations('settings');
  const swarm = useTranslations('swarm');
  const { mode, setMode } = useListening();
  const noSharing = usePlayerState((state) => state.noSharing);
  return (
    <Group title={t('sharing')} text={t('sharingText')}>
      {noSharing !== null && (
        <p role="status" className="mb-3 rounded-xl bg-wash p-3.5 text-sm">
          {swarm(`noSharing.${noSharing}`)}
        </p>
      )}
      <Choice
        label={t('sharing')}
        value={mode}
        onChange={setMode}
        options={SHARING_MODES.map((value) => ({
          value,
          title: t(`mode.${value}`),
          text: t(`modeText.${value}`),
        }))}
      />
      <p className="mt-3 max-w-[68ch] text-sm text-soft">{t('sharingWhat')}</p>
      <HiddenAddress />
    </Group>
  );
}

/** Links through the server's relay alone, where there is one. */
function HiddenAddress() {
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
