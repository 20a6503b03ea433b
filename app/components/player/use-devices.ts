import { useTranslations } from 'next-intl';
import { useMemo, useSyncExternalStore } from 'react';
import { sounds } from '@/lib/player/api';
import type { DevicesState } from '@/lib/player/remote/devices';
import type { OtherDevice } from '@/lib/player/remote/known-devices';
import { useDeviceLink } from '../listening/context';
import { useDeviceName } from '../listening/device-texts';

const NONE: DevicesState = { others: [], chosen: null, runsOn: null };
const never = () => () => {};

/** The listener's other devices as they are now; none while they are turned off. */
export function useDevices(): DevicesState {
  const devices = useDeviceLink();
  return useSyncExternalStore(
    devices?.subscribe ?? never,
    () => devices?.state() ?? NONE,
    () => NONE,
  );
}

/** Names of devices, told apart by number where several would have the same: tabs of one browser. */
export function useNames(): (device: OtherDevice) => string {
  const t = useTranslations('devices');
  const nameOf = useDeviceName();
  const { others } = useDevices();
  return useMemo(() => {
    const numbers = numbersOf(others.map((other) => [other.id, nameOf(other.runsOn)]));
    return ({ id, runsOn }) => {
      const name = nameOf(runsOn);
      const number = numbers.get(id) ?? null;
      return number === null ? name : t('numbered', { name, number });
    };
  }, [others, nameOf, t]);
}

/** From 1, for those whose name another one has too; null for the others. */
export function numbersOf(named: readonly (readonly [id: string, name: string])[]): Map<string, number | null> {
  const counts = new Map<string, number>();
  const places = named.map(([id, name]) => {
    const place = (counts.get(name) ?? 0) + 1;
    counts.set(name, place);
    return [id, name, place] as const;
  });
  return new Map(places.map(([id, name, place]) => [id, (counts.get(name) ?? 0) > 1 ? place : null]));
}

/** The device that is controlled, in a few words; null: this one. */
export function useChosenText(): string | null {
  const t = useTranslations('devices');
  const names = useNames();
  const { chosen } = useDevices();
  if (chosen === null) return null;
  const name = names(chosen.device);
  if (chosen.link !== 'live') return t(`link.${chosen.link}`, { name });
  return t(sounds(chosen.device.state) ? 'listeningOn' : 'controlling', { name });
}
