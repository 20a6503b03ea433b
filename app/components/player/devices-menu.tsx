'use client';
import { useQuery } from '@tanstack/react-query';
import { AudioLines, Laptop, MonitorSpeaker, Smartphone } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import type { Device } from '@/lib/contracts/signaling';
import { sounds } from '@/lib/player/api';
import { gateway } from '../ask';
import { useDates } from '../format';
import { useDeviceLink, useListening } from '../listening/context';
import { useDeviceName, useProblem } from '../listening/device-texts';
import { Button, IconButton } from '../ui/button';
import { toast } from '../ui/toast';
import { PlayerPopover } from './player-popover';
import { useChosenText, useDevices, useNames } from './use-devices';

/** Queues of devices that are closed, in the menu. */
const MAX_CLOSED = 5;

/** Chooses the device that the player controls, and takes over what another one plays. @param whereOthersAre drawn only where there are others */
export function DevicesMenu({ whereOthersAre = false }: { whereOthersAre?: boolean }) {
  const t = useTranslations('devices');
  const devices = useDeviceLink();
  const { others, chosen } = useDevices();
  const [open, setOpen] = useState(false);
  const said = useChosenText();
  if (devices === null || (whereOthersAre && others.length === 0 && chosen === null)) return null;
  return (
    <PlayerPopover
      label={t('title')}
      className="w-[min(24rem,calc(100vw-1rem))] p-2"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton label={said === null ? t('title') : `${t('title')}, ${said}`} lit={chosen !== null}>
          <MonitorSpeaker className="size-[1.15rem]" aria-hidden="true" />
        </IconButton>
      }
    >
      <DeviceList onDone={() => setOpen(false)} />
    </PlayerPopover>
  );
}

function DeviceList({ onDone }: { onDone: () => void }) {
  const t = useTranslations('devices');
  const { own } = useListening();
  const devices = useDeviceLink();
  const { others, chosen, runsOn } = useDevices();
  const names = useNames();
  const problem = useProblem();
  if (devices === null) return null;
  const choose = (id: string | null) => {
    devices.choose(id);
    onDone();
  };
  const continueHere = (id: string) => {
    onDone();
    devices.continueHere(id).catch((error: unknown) => toast.error(problem(error)));
  };
  const here = own?.state();
  return (
    <>
      <h2 className="px-3 pt-2 pb-1 text-base font-semibold">{t('title')}</h2>
      <ul className="grid">
        <Row
          runsOn={runsOn}
          name={t('this')}
          isChosen={chosen === null}
          plays={here !== undefined && sounds(here)}
          track={here?.queue[here.index]?.track ?? null}
          onChoose={() => choose(null)}
        />
        {others.map((other) => (
          <Row
            key={other.id}
            runsOn={other.runsOn}
            name={names(other)}
            isChosen={chosen?.device.id === other.id}
            plays={sounds(other.state)}
            track={other.state.track}
            onChoose={() => choose(other.id)}
          >
            {other.state.track !== null && <Continue name={names(other)} onPress={() => continueHere(other.id)} />}
          </Row>
        ))}
      </ul>
      {others.length === 0 && <p className="px-3 py-2 text-soft">{t('none')}</p>}
      <PlayedLast onContinue={continueHere} />
    </>
  );
}

/** One device. It is chosen by a press on its name. */
function Row(props: {
  runsOn: Device | null;
  name: string;
  isChosen: boolean;
  plays: boolean;
  track: Pick<Track, 'title' | 'artist'> | null;
  onChoose: () => void;
  children?: ReactNode;
}) {
  const t = useTranslations('devices');
  const { runsOn, name, isChosen, plays, track, onChoose, children } = props;
  const Icon = runsOn?.system === 'android' || runsOn?.system === 'ios' ? Smartphone : Laptop;
  return (
    <li className="flex items-center gap-1 rounded-lg hover:bg-wash">
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        className="flex min-h-12 min-w-0 flex-1 items-center gap-3 rounded-lg px-3 py-1.5 text-left"
      >
        {plays ? (
          <AudioLines className="size-5 shrink-0 text-accent" aria-hidden="true" />
        ) : (
          <Icon className="size-5 shrink-0 text-soft" aria-hidden="true" />
        )}
        <span className="min-w-0">
          <span className={`block truncate font-medium ${isChosen ? 'text-accent' : ''}`}>{name}</span>
          <span className="block truncate text-xs text-soft">
            {track === null ? t('nothing') : t('playsThere', { title: track.title, artist: track.artist })}
          </span>
        </span>
      </button>
      {children}
    </li>
  );
}

function Continue({ name, onPress }: { name: string; onPress: () => void }) {
  const t = useTranslations('devices');
  return (
    <Button look="quiet" className="mr-1 shrink-0 px-2.5 py-1" aria-label={t('continueOf', { name })} onClick={onPress}>
      {t('continue')}
    </Button>
  );
}

/** Queues of devices that are not connected now, and of apps. */
function PlayedLast({ onContinue }: { onContinue: (device: string) => void }) {
  const t = useTranslations('devices');
  const dates = useDates();
  const nameOf = useDeviceName();
  const devices = useDeviceLink();
  const { others } = useDevices();
  const saved = useQuery({
    queryKey: ['device-queues'],
    queryFn: ({ signal }) => gateway.deviceQueues(signal),
    staleTime: 0,
  }).data?.queues;
  const unnamed = nameOf({ browser: 'other', system: 'other' });
  const present = new Set([devices?.id, ...others.map(({ id }) => id)]);
  const closed = (saved ?? [])
    .filter(({ device, track }) => track !== null && !present.has(device))
    .slice(0, MAX_CLOSED);
  if (closed.length === 0) return null;
  return (
    <>
      <h3 className="px-3 pt-3 pb-1 text-xs font-medium text-soft">{t('lastPlayed')}</h3>
      <ul className="grid">
        {closed.map(({ device, track, changedBy, changedAt }) => (
          <li key={device} className="flex items-center gap-1">
            <div className="min-w-0 flex-1 px-3 py-1.5">
              <p className="truncate font-medium">
                {track === null ? '' : t('playsThere', { title: track.title, artist: track.artist })}
              </p>
              <p className="truncate text-xs text-soft">
                {changedBy || unnamed} · {dates.moment(changedAt)}
              </p>
            </div>
            <Continue name={changedBy || unnamed} onPress={() => onContinue(device)} />
          </li>
        ))}
      </ul>
    </>
  );
}
