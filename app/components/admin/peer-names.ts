'use client';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import { useDeviceName } from '../listening/device-texts';
import { usePeople } from '../queries';

type SeenPeer = SwarmSnapshot['peers'][number];

/** A tab as an administrator knows it. */
export interface PeerName {
  listener: string;
  /** Browser and system, such as "Firefox · Windows". */
  device: string;
}

/** Names the tabs of a picture by listener and device. The names of listeners are the administrators' to read: signaling has none. */
export function usePeerNames(peers: readonly SeenPeer[]): (peerId: string) => PeerName {
  const t = useTranslations('admin');
  const nameOf = useDeviceName();
  const people = usePeople().data?.people;
  return useMemo(() => {
    const listeners = new Map(people?.map(({ id, name }) => [id, name]));
    const seen = new Map(peers.map((peer) => [peer.peer, peer]));
    return (peerId) => {
      const peer = seen.get(peerId);
      return {
        listener: listeners.get(peer?.accountId ?? '') ?? t('someListener'),
        device: nameOf(peer?.device ?? { browser: 'other', system: 'other' }),
      };
    };
  }, [people, peers, nameOf, t]);
}
