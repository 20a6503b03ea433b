'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { keepDevicesOn, onDevicesOn, readDevicesOn } from '../listening/devices-choice';
import { Group } from './group';

/** Whether this browser's tabs take part in control from device to device. */
export function DeviceSettings() {
  const t = useTranslations('devices');
  const [on, setOn] = useState(readDevicesOn);
  useEffect(() => onDevicesOn(setOn), []);
  return (
    <Group title={t('settings')} text={t('settingsText')}>
      <label className="flex items-center gap-3 text-sm font-medium">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-(--accent)"
          checked={on}
          onChange={(event) => keepDevicesOn(event.target.checked)}
        />
        {t('settingsOn')}
      </label>
    </Group>
  );
}
