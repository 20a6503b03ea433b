'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { ServerConnection } from '@/lib/client/connection';
import type { Me } from '@/lib/contracts/api/account';
import { fromWireError } from '@/lib/contracts/enxame-error';
import { newId } from '@/lib/contracts/new-id';
import type { SharingMode } from '@/lib/contracts/signaling';
import type { Player } from '@/lib/player/api';
import type { Devices } from '@/lib/player/remote/devices';
import type { SwarmPeer } from '@/lib/swarm/api';
import { gateway } from './ask';
import { useErrorText } from './errors';
import { later, loadTheRest } from './later';
import { DevicesContext, type Listening, ListeningContext } from './listening/context';
import { keepMode, onModeElsewhere, readMode, readRelayOnly } from './listening/sharing-mode';
import type { followEvents } from './live-events';
import { followMarks } from './marks/marks';
import { changesOf } from './playlists/changes';
import { keys, useMe } from './queries';
import { toast } from './ui/toast';

const DevicesLink = later(() => import('./listening/devices-link').then((module) => module.DevicesLink));

interface Opened {
  /** Of this tab alone, the same after a reload where tabs are peers of their own. */
  deviceId: string;
  player: Player;
  connection: ServerConnection;
  swarm: SwarmPeer | null;
  /** Loaded with the connection whose events it follows. */
  followEvents: typeof followEvents;
}

/** One a tab, for as long as the page lives: it outlasts every render, and signing out loads a new page. */
let opening: Promise<Opened> | null = null;

async function open(tabs: Me['tabs'], accountId: string): Promise<Opened> {
  // Only now: neither WebRTC nor the player stands in the way of the first paint.
  const [{ openBrowserPeer }, { PlaybackController }, { openReporting }, { followEvents }, { followNames }] =
    await Promise.all([
      import('@/lib/swarm/peer/browser-peer'),
      import('@/lib/player/controller'),
      import('./listening/reporting'),
      import('./live-events'),
      import('./listening/fresh-names'),
    ]);
  const { peerId, connection, swarm, unavailable } = await openBrowserPeer({
    mode: readMode(),
    tabs,
    relayOnly: readRelayOnly,
  });
  addEventListener('online', () => connection.wake());
  const reporting = openReporting({ accountId, pageId: newId(), send: (report) => gateway.reportPlay(report) });
  // In the document, so that browser extensions and tests find what sounds on the page.
  const makeAudio = () => {
    const audio = document.createElement('audio');
    document.body.append(audio);
    return audio;
  };
  const player = new PlaybackController({
    swarm,
    peerId,
    noSharing: unavailable,
    onEvent: (listener) => connection.onEvent(listener),
    onServerReturn: (listener) => connection.onReturn(listener),
    onPlay: reporting.onPlay,
    audio: makeAudio(),
    makeAudio,
  });
  reporting.follow(player);
  followNames(connection, player, async (ids) => (await gateway.tracks(ids)).tracks);
  // Nothing is lost where it cannot be loaded: the queue ends.
  import('./listening/radio').then(({ followRadio }) => followRadio(player)).catch(() => {});
  // A closed tab must not count against the account's limit of streams until its grants run out. (Where tabs share a peer, those that
  // are left count again from their next grant.)
  addEventListener('pagehide', () => void gateway.releasePlayback(peerId).catch(() => {}));
  // For developers: what this tab plays and shares (CONTRIBUTING.md, "Debug").
  Object.assign(globalThis, { [Symbol.for('enxame.tab')]: { player, connection, swarm } });
  const deviceId = swarm !== null && tabs === 'each' ? peerId : newId();
  return { deviceId, player, connection, swarm, followEvents };
}

const never = () => () => {};

/** Gives the pages their player and peer, opened once somebody is signed in. */
export function ListeningProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const t = useTranslations('player');
  const errorText = useErrorText();
  const me = useMe().data;
  const accountId = me?.account?.id;
  const signedIn = accountId !== undefined;
  const tabs = me?.tabs;
  const [opened, setOpened] = useState<Opened | null>(null);
  const [mode, setModeState] = useState<SharingMode>('considerate');
  const waiting = useRef<((player: Player) => void)[]>([]);

  useEffect(() => {
    if (accountId === undefined || tabs === undefined) return;
    let here = true;
    setModeState(readMode());
    opening ??= open(tabs, accountId);
    opening.then(
      (now) => {
        if (here) setOpened(now);
      },
      () => {
        opening = null;
        if (here) toast.error(t('loadFailed'));
      },
    );
    return () => {
      here = false;
    };
  }, [accountId, tabs, t]);

  useEffect(() => {
    if (opened !== null) loadTheRest();
  }, [opened]);

  const swarm = opened?.swarm ?? null;
  const connection = opened?.connection ?? null;
  useEffect(() => {
    if (opened === null) return;
    const { connection } = opened;
    const stop = opened.followEvents(connection, client, changesOf(client), (error) => toast.error(errorText(error)));
    const stopMarks = followMarks(connection, client, (refused) => toast.error(errorText(fromWireError(refused))));
    return () => {
      stop();
      stopMarks();
    };
  }, [opened, client, errorText]);

  useEffect(() => {
    if (connection === null) return;
    return connection.onState((state) => {
      // An account that was disabled: `me` is asked again, Guard leads to the sign-in page, and the music ends below.
      if (state === 'refused') void client.invalidateQueries({ queryKey: keys.me });
    });
  }, [connection, client]);

  useEffect(
    () =>
      onModeElsewhere((chosen) => {
        setModeState(chosen);
        swarm?.setMode(chosen);
      }),
    [swarm],
  );

  const own = opened?.player ?? null;
  const [devices, setDevices] = useState<Devices | null>(null);
  const player = useSyncExternalStore(
    devices?.subscribe ?? never,
    () => devices?.player ?? own,
    () => null,
  );
  useEffect(() => {
    if (!signedIn) own?.clear();
  }, [signedIn, own]);
  // Once pages have the player, not before: until they are drawn with it, a press still waits here.
  useEffect(() => {
    if (player !== null) for (const act of waiting.current.splice(0)) act(player);
  }, [player]);
  useEffect(() => {
    if (own === null) return;
    let told: unknown = null;
    return own.subscribe(() => {
      const { error } = own.state();
      if (error !== null && error !== told) {
        toast.error(errorText(fromWireError(error)));
      }
      told = error;
    });
  }, [own, errorText]);

  const command = useCallback(
    (act: (player: Player) => void) => {
      if (player === null) waiting.current.push(act);
      else act(player);
    },
    [player],
  );
  const setMode = useCallback(
    (chosen: SharingMode) => {
      keepMode(chosen);
      setModeState(chosen);
      swarm?.setMode(chosen);
    },
    [swarm],
  );
  const listening = useMemo<Listening>(
    () => ({ player, own, connection, swarm, command, mode, setMode }),
    [player, own, connection, swarm, command, mode, setMode],
  );
  return (
    <ListeningContext value={listening}>
      <DevicesContext value={devices}>{children}</DevicesContext>
      {opened !== null && <DevicesLink {...opened} onDevices={setDevices} />}
    </ListeningContext>
  );
}
