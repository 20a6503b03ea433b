'use client';
import { useTranslations } from 'next-intl';
import { AppPasswords } from '../apps/app-passwords';
import { useMe } from '../queries';
import { BackToSettings } from '../settings/back';
import { Group } from '../settings/group';
import { Heading } from '../ui/heading';
import { Pending, Skeleton } from '../ui/states';
import { DeleteAccount, ExportLink } from './own-data';
import { EmailForm, NameForm, PasswordForm } from './own-forms';
import { Sessions } from './sessions';

/** Who one is here, and where one is signed in. */
export function AccountSettings() {
  const t = useTranslations('ownAccount');
  const query = useMe();
  const account = query.data?.account;
  return (
    <div className="page">
      <div className="max-w-3xl">
        <BackToSettings />
        <Heading title={t('title')} />
        <Pending query={query}>
          <Skeleton className="h-48 rounded-xl" />
        </Pending>
        {account != null && (
          <>
            <Group title={t('name.title')} text={t('name.text')}>
              <NameForm key={account.name} name={account.name} />
            </Group>
            <Group title={t('email.title')} text={t('email.text')}>
              <EmailForm key={account.email} email={account.email} />
            </Group>
            <Group title={t('password.title')}>
              <PasswordForm email={account.email} />
            </Group>
            <Group title={t('sessions.title')} text={t('sessions.text')}>
              <Sessions />
            </Group>
            <Group title={t('sessions.apps')}>
              <AppPasswords />
            </Group>
            <Group title={t('export.title')} text={t('export.text')}>
              <ExportLink />
            </Group>
            <Group title={t('delete.title')} text={t('delete.text')}>
              <DeleteAccount />
            </Group>
          </>
        )}
      </div>
    </div>
  );
}
