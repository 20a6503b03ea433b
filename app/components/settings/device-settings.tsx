'use client';
import { useTranslations } from 'next-intl';
import { devicesSwitch } from '../listening/devices-choice';
import { useKept } from '../listening/kept-switch';
import { Group } from './group';

/** Whether this browser's tabs take part in control from device to device. */
export function DeviceSettings() {
  const t = useTranslations('devices');
  const on = useKept(devicesSwitch);
  return (
    <Group title={t('settings')} text={t('settingsText')}>
      <label className="flex items-center gap-3 text-sm font-medium">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-(--accent)"
          checked={on}
          onChange={(event) => devicesSwitch.turn(event.target.checked)}
        />
        {t('settingsOn')}
      </label>
    </Group>
  );
}
