'use client';
import { Keyboard as KeyboardIcon, LogOut, Smartphone, UserRound } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { later } from '../later';
import { useListening } from '../listening/context';
import { useMe } from '../queries';
import { useInterface } from '../shell/interface';
import { Button, buttonClass } from '../ui/button';
import { Heading } from '../ui/heading';
import { toast } from '../ui/toast';
import { Group } from './group';

const AppearanceSettings = later(() => import('./appearance-settings').then((module) => module.AppearanceSettings));
const SharingSettings = later(() => import('./sharing-settings').then((module) => module.SharingSettings));
const CacheSettings = later(() => import('./cache-settings').then((module) => module.CacheSettings));
const DeviceSettings = later(() => import('./device-settings').then((module) => module.DeviceSettings));
const LanguageSettings = later(() => import('./language-settings').then((module) => module.LanguageSettings));
const GainSettings = later(() => import('./gain-settings').then((module) => module.GainSettings));
const CrossfadeSettings = later(() => import('./crossfade-settings').then((module) => module.CrossfadeSettings));
const ForwardingSettings = later(() => import('../history/forwarding').then((module) => module.ForwardingSettings));

export function Settings() {
  const t = useTranslations('settings');
  return (
    <div className="page">
      <div className="max-w-3xl">
        <Heading title={t('title')} />
        <SharingSettings />
        <CacheSettings />
        <GainSettings />
        <CrossfadeSettings />
        <DeviceSettings />
        <AppearanceSettings />
        <LanguageSettings />
        <Keyboard />
        <Apps />
        <ForwardingSettings />
        <Account />
      </div>
    </div>
  );
}

function Apps() {
  const t = useTranslations('apps');
  return (
    <Group title={t('section')} text={t('sectionText')}>
      <Link href="/settings/apps" className={buttonClass()}>
        <Smartphone className="size-4" aria-hidden="true" />
        {t('title')}
      </Link>
    </Group>
  );
}

function Keyboard() {
  const t = useTranslations('shortcuts');
  const { setShortcutsShown } = useInterface();
  return (
    <Group title={t('title')} text={t('text')}>
      <Button onClick={() => setShortcutsShown(true)}>
        <KeyboardIcon className="size-4" aria-hidden="true" />
        {t('show')}
      </Button>
    </Group>
  );
}

function Account() {
  const t = useTranslations('settings');
  const errorText = useErrorText();
  const { own, swarm } = useListening();
  const account = useMe().data?.account;
  const leave = async () => {
    try {
      await gateway.signOut();
      own?.close();
      await swarm?.close();
      // A page of its own: nothing of this listener stays in memory.
      location.assign('/sign-in');
    } catch (error) {
      toast.error(errorText(error));
    }
  };
  return (
    <Group title={t('account')}>
      <p className="mb-4 text-sm text-soft">
        {account == null ? ' ' : t('signedInAs', { name: account.name, email: account.email })}
      </p>
      <div className="flex flex-wrap gap-2">
        <Link href="/settings/account" className={buttonClass()}>
          <UserRound className="size-4" aria-hidden="true" />
          {t('manageAccount')}
        </Link>
        <Button onClick={() => void leave()}>
          <LogOut className="size-4" aria-hidden="true" />
          {t('signOut')}
        </Button>
      </div>
    </Group>
  );
}
