'use client';
import { ArrowDown, ArrowUp } from 'lucide-react';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { PeerSnapshot } from '@/lib/swarm/api';
import { bytes, count, rate, share } from '../format';
import { useListening, usePlayerState, useSwarmSnapshot } from '../listening/context';
import { ChunkMap, SourceDot } from './chunk-map';
import { RateChart, useLastMinute } from './rates';

/** Enough of a peer's identifier to tell neighbours apart: whose tab it is, a listener does not learn. */
const shortPeer = (peer: string) => peer.slice(0, 6);

/** This tab in the swarm, live. */
export function SwarmPanel() {
  const t = useTranslations('swarm');
  const { player } = useListening();
  const noSharing = usePlayerState((state) => state.noSharing);
  const snapshot = useSwarmSnapshot();
  if (snapshot === null) {
    const text = player === null ? t('starting') : noSharing === null ? t('starting') : t(`noSharing.${noSharing}`);
    return (
      <p role="status" className="text-sm text-soft">
        {text}
      </p>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-7">
      <Sharing snapshot={snapshot} />
      <Offload snapshot={snapshot} />
      <Part title={t('track')}>
        {snapshot.current === null ? (
          <p className="text-sm text-soft">{t('noTrack')}</p>
        ) : (
          <ChunkMap sources={snapshot.current.sources} />
        )}
      </Part>
      <Rates snapshot={snapshot} />
      <Links snapshot={snapshot} />
    </div>
  );
}

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <div className="mb-2.5 flex items-baseline justify-between gap-3">
        <h3 className="text-sm font-semibold">{title}</h3>
        {aside !== undefined && <span className="text-xs text-soft numbers">{aside}</span>}
      </div>
      {children}
    </section>
  );
}

/** What this tab gives now, and why not. */
function Sharing({ snapshot }: { snapshot: PeerSnapshot }) {
  const t = useTranslations('swarm');
  const noSharing = usePlayerState((state) => state.noSharing);
  const text =
    noSharing !== null
      ? t(`noSharing.${noSharing}`)
      : snapshot.signaling === 'up'
        ? t(`serving.${snapshot.notServing ?? 'yes'}`)
        : t(`signaling.${snapshot.signaling}`);
  const serves = noSharing === null && snapshot.signaling === 'up' && snapshot.notServing === null;
  return (
    <div className="flex items-start gap-3 rounded-xl bg-surface p-3.5 text-sm">
      <span
        aria-hidden="true"
        className={`mt-1 size-2.5 shrink-0 rounded-full ${serves ? 'bg-honey' : 'border-2 border-line-strong'}`}
      />
      <p role="status" className="min-w-0 flex-1">
        {text}{' '}
        <Link href="/settings" className="font-medium whitespace-nowrap text-accent underline underline-offset-2">
          {t('change')}
        </Link>
      </p>
    </div>
  );
}

function Offload({ snapshot }: { snapshot: PeerSnapshot }) {
  const t = useTranslations('swarm');
  const locale = useLocale();
  const { cache, peer, origin, uploaded } = snapshot.totals;
  const all = cache + peer + origin;
  const saved = share(cache + peer, all, locale);
  return (
    <section aria-label={t('offload')}>
      <p className="flex items-baseline gap-3">
        <span className="text-4xl font-bold tracking-tight numbers">{saved ?? '–'}</span>
        <span className="text-sm text-soft">{t('notFromOrigin')}</span>
      </p>
      <div aria-hidden="true" className="mt-3 flex h-2 gap-0.5 overflow-hidden rounded-full bg-line">
        {(['peer', 'cache', 'origin'] as const).map((source) => (
          <div
            key={source}
            style={{ flexGrow: snapshot.totals[source], backgroundColor: `var(--source-${source})` }}
            className="basis-0 transition-[flex-grow] duration-300"
          />
        ))}
      </div>
      <dl className="mt-3 grid gap-1.5 text-xs text-soft">
        {(['peer', 'cache', 'origin'] as const).map((source) => (
          <div key={source} className="flex items-center gap-2">
            <dt className="flex flex-1 items-center gap-2">
              <SourceDot source={source} />
              {t(`source.${source}`)}
            </dt>
            <dd className="text-ink numbers">{bytes(snapshot.totals[source], locale)}</dd>
          </div>
        ))}
        <div className="flex items-center gap-2 border-t pt-1.5">
          <dt className="flex flex-1 items-center gap-2">
            <ArrowUp className="size-2.5" aria-hidden="true" />
            {t('uploaded')}
          </dt>
          <dd className="text-ink numbers">{bytes(uploaded, locale)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Rates({ snapshot }: { snapshot: PeerSnapshot }) {
  const t = useTranslations('swarm');
  const locale = useLocale();
  const minute = useLastMinute(snapshot.rates);
  const down = snapshot.rates.peer + snapshot.rates.origin;
  const words = { down: rate(down, locale), up: rate(snapshot.rates.uploaded, locale) };
  return (
    <Part
      title={t('rates')}
      aside={
        <>
          <ArrowDown className="inline size-3" aria-hidden="true" />
          <span className="sr-only">{t('down')} </span>
          {words.down} <ArrowUp className="ml-1.5 inline size-3" aria-hidden="true" />
          <span className="sr-only">{t('up')} </span>
          {words.up}
        </>
      }
    >
      <RateChart
        label={t('ratesNow', words)}
        series={[
          { key: 'origin', colour: 'var(--source-origin)', values: minute.map((r) => r.origin) },
          { key: 'peer', colour: 'var(--source-peer)', values: minute.map((r) => r.peer) },
          { key: 'uploaded', colour: 'var(--ink)', values: minute.map((r) => r.uploaded), line: true },
        ]}
      />
    </Part>
  );
}

function Links({ snapshot }: { snapshot: PeerSnapshot }) {
  const t = useTranslations('swarm');
  const locale = useLocale();
  return (
    <Part title={t('links')} aside={count(snapshot.links.length, locale)}>
      {snapshot.links.length === 0 ? (
        <p className="text-sm text-soft">{t('noLinks')}</p>
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full text-left text-xs">
            <thead className="text-soft">
              <tr>
                <th className="pb-1.5 font-medium">{t('peer')}</th>
                <th className="pb-1.5 text-right font-medium">{t('down')}</th>
                <th className="pb-1.5 text-right font-medium">{t('up')}</th>
              </tr>
            </thead>
            <tbody className="numbers">
              {snapshot.links.map((link) => (
                <tr key={link.peer} className="border-t">
                  <td className="py-1.5 font-mono">{shortPeer(link.peer)}</td>
                  <td className="py-1.5 text-right">
                    {rate(link.downBps, locale)}
                    <span className="block text-soft">{bytes(link.received, locale)}</span>
                  </td>
                  <td className="py-1.5 text-right">
                    {rate(link.upBps, locale)}
                    <span className="block text-soft">{bytes(link.sent, locale)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Part>
  );
}
