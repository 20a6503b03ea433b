'use client';
import { useEffect, useRef } from 'react';
import type { ServerConnection } from '@/lib/client/connection';
import type { Handover, Player } from '@/lib/player/api';
import { Devices } from '@/lib/player/remote/devices';
import type { QueueServer } from '@/lib/player/remote/queue-keeper';
import { systemClock } from '@/lib/util/clock';
import { gateway } from '../ask';
import { toast } from '../ui/toast';
import { useDeviceName, useProblem } from './device-texts';
import { devicesSwitch } from './devices-choice';
import { useKept } from './kept-switch';

/** A request of a page that ends may carry so many bytes: what browsers allow for `keepalive` is 64 KB for all of a page's. */
const MAX_LEAVING_TRACKS = 1_500;
/** Of a position, ms. */
const MAX_POSITION_MS = 86_400_000;

/** Queues by the gateway. */
const queueServer: QueueServer = {
  async get(device) {
    const { tracks, currentIndex, positionMs, repeat, unshuffled } = await gateway.deviceQueue(device);
    return { tracks, currentIndex, positionS: positionMs / 1000, repeat, unshuffled };
  },
  async save(device, queue, changedBy, leaving = false) {
    const keepalive = leaving && queue.tracks.length <= MAX_LEAVING_TRACKS;
    const { changedAt } = await gateway.saveDeviceQueue(device, { ...placeOf(queue), changedBy }, keepalive);
    return changedAt;
  },
};

function placeOf({ tracks, currentIndex, positionS, repeat, unshuffled }: Handover) {
  return {
    trackIds: tracks.map(({ id }) => id),
    currentIndex: Math.max(0, currentIndex),
    positionMs: Math.min(MAX_POSITION_MS, Math.max(0, Math.round(positionS * 1000))),
    repeat,
    unshuffled,
  };
}

/**
 * Lets this tab and the listener's other devices control each other, where the listener did not turn that off. Draws nothing: it is a component so
 * that its script loads after the page.
 */
export function DevicesLink({
  deviceId,
  player,
  connection,
  onDevices,
}: {
  deviceId: string;
  player: Player;
  connection: ServerConnection;
  onDevices: (devices: Devices | null) => void;
}) {
  const problem = useProblem();
  const nameOf = useDeviceName();
  const on = useKept(devicesSwitch);
  const texts = useRef({ problem, nameOf });
  texts.current = { problem, nameOf };
  useEffect(() => {
    if (!on) return;
    const devices = new Devices({
      device: deviceId,
      player,
      channel: connection,
      server: queueServer,
      clock: systemClock,
      nameOf: (runsOn) => texts.current.nameOf(runsOn),
      failed: (error) => toast.error(texts.current.problem(error)),
    });
    onDevices(devices);
    return () => {
      onDevices(null);
      devices.close();
    };
  }, [on, deviceId, player, connection, onDevices]);
  return null;
}
