'use client';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { Popover, RadioGroup } from 'radix-ui';
import { useId } from 'react';
import { GAIN_MODES } from '@/lib/player/sound/gain';
import { useDates } from '../format';
import { useListening, usePlayerState } from '../listening/context';
import { CrossfadeSlider } from './crossfade-slider';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const SLEEP_MINUTES = [5, 15, 30, 45, 60];

export function SoundPanel() {
  return (
    <div className="grid gap-5">
      <Speed />
      <Crossfade />
      <Sleep />
      <Leveling />
    </div>
  );
}

function Speed() {
  const t = useTranslations('player');
  const format = useFormatter();
  const { command } = useListening();
  const speed = usePlayerState((state) => state.speed);
  return (
    <Chips
      title={t('speed')}
      value={String(speed)}
      options={SPEEDS.map((value) => ({
        value: String(value),
        text: t('speedValue', { speed: format.number(value) }),
      }))}
      onChange={(value) => command(({ sound }) => sound.setSpeed(Number(value)))}
    />
  );
}

function Crossfade() {
  const t = useTranslations('player');
  const fixed = usePlayerState((state) => state.volumeFixed);
  if (fixed) return null;
  return (
    <div>
      <h3 className="mb-1 font-semibold">{t('crossfade')}</h3>
      <CrossfadeSlider />
    </div>
  );
}

function Sleep() {
  const t = useTranslations('player');
  const dates = useDates();
  const { command } = useListening();
  const sleep = usePlayerState((state) => state.sleep);
  const at = sleep?.kind === 'time' ? dates.time(sleep.at) : null;
  const request = (value: string) => {
    if (value === 'off') return null;
    return value === 'track' || value === 'queue' ? value : { minutes: Number(value) };
  };
  return (
    <Chips
      title={t('sleep')}
      note={at === null ? undefined : t('sleepAt', { time: at })}
      value={sleep === null ? 'off' : sleep.kind}
      options={[
        { value: 'off', text: t('sleepOff') },
        ...SLEEP_MINUTES.map((count) => ({ value: String(count), text: t('minutes', { count }) })),
        { value: 'track', text: t('endOfTrack') },
        { value: 'queue', text: t('endOfQueue') },
      ]}
      onChange={(value) => command(({ sound }) => sound.setSleep(request(value)))}
    />
  );
}

function Leveling() {
  const t = useTranslations('player');
  const { command } = useListening();
  const gain = usePlayerState((state) => state.gain);
  const fixed = usePlayerState((state) => state.volumeFixed);
  if (fixed) return null;
  return (
    <div>
      <Chips
        title={t('leveling')}
        value={gain.mode}
        options={GAIN_MODES.map((value) => ({ value, text: t(`gainMode.${value}`) }))}
        onChange={(mode) => command(({ sound }) => sound.setGain({ ...gain, mode }))}
      />
      <Popover.Close asChild>
        <Link href="/settings" prefetch={false} className="mt-2.5 inline-block text-soft underline hover:text-ink">
          {t('soundSettings')}
        </Link>
      </Popover.Close>
    </div>
  );
}

function Chips<T extends string>({
  title,
  note,
  value,
  options,
  onChange,
}: {
  title: string;
  note?: string | undefined;
  value: string;
  options: readonly { value: T; text: string }[];
  onChange: (value: T) => void;
}) {
  const id = useId();
  const chosen = (text: string) => {
    const option = options.find((o) => o.value === text);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <div>
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <h3 id={id} className="font-semibold">
          {title}
        </h3>
        {note !== undefined && (
          <p role="status" className="text-xs text-soft numbers">
            {note}
          </p>
        )}
      </div>
      <RadioGroup.Root aria-labelledby={id} value={value} onValueChange={chosen} className="flex flex-wrap gap-1.5">
        {options.map((option) => (
          <RadioGroup.Item
            key={option.value}
            value={option.value}
            className="min-h-9 rounded-lg border border-line-strong/60 px-2.5 font-medium transition-colors hover:border-line-strong hover:bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-wash data-[state=checked]:text-accent numbers"
          >
            {option.text}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
