'use client';
import { useLocale, useTranslations } from 'next-intl';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import { bytes } from '../format';
import { Section } from '../ui/heading';
import { usePeerNames } from './peer-names';

/** Every peer with what it took and gave, and its neighbours by name: the picture, to be read. */
export function SwarmTable({ snapshot }: { snapshot: SwarmSnapshot }) {
  const t = useTranslations('admin');
  const swarm = useTranslations('swarm');
  const settings = useTranslations('settings');
  const locale = useLocale();
  const nameOf = usePeerNames(snapshot.peers);
  const neighbours = (peer: string) =>
    snapshot.links
      .flatMap((link) => (link.a === peer ? [link.b] : link.b === peer ? [link.a] : []))
      .map((other) => {
        const { listener, device } = nameOf(other);
        return `${listener} (${device})`;
      });
  return (
    <Section title={t('everyPeer')}>
      {snapshot.peers.length === 0 ? (
        <p className="text-sm text-soft">{t('nobody')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section aria-label={t('everyPeer')} tabIndex={0} className="overflow-x-auto rounded-xl border">
          <table className="w-full min-w-[44rem] text-left text-sm">
            <thead className="bg-sunken text-xs text-soft">
              <tr>
                <Head>{t('peer')}</Head>
                <Head>{t('state')}</Head>
                <Head>{t('sharing')}</Head>
                <Head end>{swarm('source.peer')}</Head>
                <Head end>{swarm('source.origin')}</Head>
                <Head end>{swarm('uploaded')}</Head>
                <Head>{t('linkedTo')}</Head>
              </tr>
            </thead>
            <tbody className="bg-surface numbers">
              {snapshot.peers.map((peer) => (
                <tr key={peer.peer} className="border-t">
                  <th scope="row" className="px-3 py-2.5 font-normal">
                    <span className="block font-medium">{nameOf(peer.peer).listener}</span>
                    <span className="block text-xs whitespace-nowrap text-soft">{nameOf(peer.peer).device}</span>
                  </th>
                  <td className="px-3 py-2.5">{peer.playing ? t('playing') : t('idle')}</td>
                  <td className="px-3 py-2.5">{settings(`mode.${peer.mode}`)}</td>
                  <td className="px-3 py-2.5 text-right">{bytes(peer.bytes.peer, locale)}</td>
                  <td className="px-3 py-2.5 text-right">{bytes(peer.bytes.origin, locale)}</td>
                  <td className="px-3 py-2.5 text-right">{bytes(peer.bytes.uploaded, locale)}</td>
                  <td className="px-3 py-2.5 text-xs text-soft">{neighbours(peer.peer).join(', ') || '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Section>
  );
}

function Head({ end = false, children }: { end?: boolean; children: string }) {
  return (
    <th scope="col" className={`px-3 py-2.5 font-medium whitespace-nowrap ${end ? 'text-right' : ''}`}>
      {children}
    </th>
  );
}
