'use client';
import { useTranslations } from 'next-intl';
import { useHealth } from '../queries';
import { Heading } from '../ui/heading';
import { DeadLetters } from './dead-letters';
import { HealthList } from './health-list';

export function Services() {
  const t = useTranslations('admin');
  const status = useHealth().data?.status;
  return (
    <>
      <Heading title={t('services')} />
      <p role="status" className="-mt-4 mb-6 min-h-5 text-sm text-soft">
        {status === undefined ? '' : t(`overall.${status}`)}
      </p>
      <HealthList />
      <DeadLetters />
    </>
  );
}
