'use client';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import { bytes, count, rate, share } from '../format';
import { SourceDot } from '../swarm/chunk-map';
import { RateChart } from '../swarm/rates';
import { Heading, Section } from '../ui/heading';
import { Skeleton } from '../ui/states';
import { HealthList } from './health-list';
import { SwarmPicture } from './swarm-picture';
import { SwarmTable } from './swarm-table';
import { useSwarmWatch } from './swarm-watch';

/** The swarm's health, live. */
export function Overview() {
  const t = useTranslations('admin');
  const { state, snapshot, rates } = useSwarmWatch();
  return (
    <>
      <Heading title={t('swarm')}>
        <p role="status" className="flex items-center gap-2 text-sm text-soft">
          <span
            aria-hidden="true"
            className={`size-2.5 rounded-full ${state === 'up' ? 'bg-good' : 'border-2 border-line-strong'}`}
          />
          {t(`watch.${state}`)}
        </p>
      </Heading>
      {snapshot === null ? <Waiting /> : <Figures snapshot={snapshot} rates={rates} />}
      <Section title={t('health')}>
        <HealthList />
      </Section>
      {snapshot !== null && <SwarmTable snapshot={snapshot} />}
    </>
  );
}

function Waiting() {
  return (
    <div className="grid gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <Skeleton className="h-108 rounded-2xl" />
      <Skeleton className="h-108 rounded-2xl" />
    </div>
  );
}

function Figures({ snapshot, rates }: { snapshot: SwarmSnapshot; rates: readonly SwarmSnapshot['rates'][] }) {
  const t = useTranslations('admin');
  const swarm = useTranslations('swarm');
  const locale = useLocale();
  const { totals } = snapshot;
  const all = totals.cache + totals.peer + totals.origin;
  const now = {
    peer: rate(snapshot.rates.peer, locale),
    origin: rate(snapshot.rates.origin, locale),
  };
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="hive flex min-h-108 border flex-col gap-6 rounded-2xl p-5">
        <p>
          <span className="block text-6xl font-bold tracking-tight numbers">
            {share(totals.cache + totals.peer, all, locale) ?? '–'}
          </span>
          <span className="text-sm text-soft">{t('offload')}</span>
        </p>
        <dl className="grid gap-2 text-sm">
          {(['peer', 'cache', 'origin'] as const).map((source) => (
            <Figure
              key={source}
              name={
                <>
                  <SourceDot source={source} /> {source === 'cache' ? swarm('cached') : swarm(`source.${source}`)}
                </>
              }
            >
              {bytes(totals[source], locale)}
            </Figure>
          ))}
        </dl>
        <dl className="mt-auto grid gap-2 border-t pt-4 text-sm">
          <Figure name={t('listeners')}>{count(snapshot.listeners, locale)}</Figure>
          <Figure name={t('peers')}>{count(snapshot.peers.length, locale)}</Figure>
          <Figure name={t('links')}>{count(snapshot.links.length, locale)}</Figure>
          <Figure name={t('versions')}>{count(snapshot.versions, locale)}</Figure>
          <Figure name={t('stalls')}>{count(totals.stalls, locale)}</Figure>
          {snapshot.outliers !== undefined && <Figure name={t('outliers')}>{count(snapshot.outliers, locale)}</Figure>}
        </dl>
      </div>
      <div className="hive grid min-w-0 border content-between gap-4 rounded-2xl p-5">
        <SwarmPicture snapshot={snapshot} />
        <div>
          <p className="mb-2 flex flex-wrap justify-between gap-x-4 text-xs text-soft numbers">
            <span>{t('lastMinute')}</span>
            <span>{t('ratesNow', now)}</span>
          </p>
          <RateChart
            label={t('ratesNow', now)}
            series={[
              { key: 'origin', colour: 'var(--source-origin)', values: rates.map((r) => r.origin) },
              { key: 'peer', colour: 'var(--source-peer)', values: rates.map((r) => r.peer) },
            ]}
          />
        </div>
      </div>
    </div>
  );
}

function Figure({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-center justify-between gap-3">
      <dt className="flex items-center gap-2 text-soft">{name}</dt>
      <dd className="font-semibold numbers">{children}</dd>
    </div>
  );
}
