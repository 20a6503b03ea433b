/** Which other devices there are and which of them this one controls, as a value. No I/O and no clock. */
import type { DeviceState } from '@/lib/contracts/devices';
import type { Device } from '@/lib/contracts/signaling';
import { sounds } from '../api';

/** Another device of this listener. */
export interface OtherDevice {
  readonly id: string;
  /** By the server's word. */
  readonly runsOn: Device;
  readonly state: DeviceState;
  /** When it said so, ms of this device's clock. */
  readonly at: number;
}

/**
 * The device that this one controls, if it controls any.
 *
 * | from     | when                                                | to       |
 * | -------- | --------------------------------------------------- | -------- |
 * | any      | the listener chooses a device that is there         | live     |
 * | any      | the listener chooses this device                    | none     |
 * | live     | the server says that it is gone                     | gone     |
 * | live     | this device's own connection is lost                | away     |
 * | away     | it announces itself, once the connection is back    | live     |
 * | away     | it does not within some seconds of that             | gone     |
 * | gone     | it announces itself: it was reloaded                | live     |
 */
export interface Chosen {
  readonly device: OtherDevice;
  readonly link: 'live' | 'away' | 'gone';
}

export interface KnownDevices {
  /** In the order in which they were first heard of. */
  readonly others: readonly OtherDevice[];
  /** Null: the pages control this device. */
  readonly chosen: Chosen | null;
}

export const noDevices: KnownDevices = { others: [], chosen: null };

export type DeviceEvent =
  | { kind: 'heard'; device: OtherDevice }
  | { kind: 'gone'; id: string }
  /** This device's connection is lost: who is there is not known until each has answered anew. */
  | { kind: 'disconnected' }
  /** So long after the connection came back, whoever did not answer is gone. */
  | { kind: 'answersOver' }
  /** @param id null: this device */
  | { kind: 'choose'; id: string | null };

export function afterEvent(known: KnownDevices, event: DeviceEvent): KnownDevices {
  const { others, chosen } = known;
  switch (event.kind) {
    case 'heard': {
      const { device } = event;
      const isKnown = others.some(({ id }) => id === device.id);
      return {
        others: isKnown ? others.map((other) => (other.id === device.id ? device : other)) : [...others, device],
        chosen: chosen?.device.id === device.id ? { device, link: 'live' } : chosen,
      };
    }
    case 'gone':
      return {
        others: others.filter(({ id }) => id !== event.id),
        chosen: chosen?.device.id === event.id ? { ...chosen, link: 'gone' } : chosen,
      };
    case 'disconnected':
      return { others: [], chosen: chosen?.link === 'live' ? { ...chosen, link: 'away' } : chosen };
    case 'answersOver':
      return chosen?.link === 'away' ? { others, chosen: { ...chosen, link: 'gone' } } : known;
    case 'choose': {
      if (event.id === null) return { others, chosen: null };
      const device = others.find(({ id }) => id === event.id);
      return device === undefined ? known : { others, chosen: { device, link: 'live' } };
    }
  }
}

/**
 * What choosing another device means for the music: one place sounds afterwards.
 * - `move`: this device's queue goes on there
 * - `pause`: the other one's goes on, this one stops
 * - `nothing`: this one is silent; the other one stays as it is
 */
export function afterChoosing(
  own: Pick<DeviceState, 'status'>,
  other: Pick<DeviceState, 'status'>,
): 'move' | 'pause' | 'nothing' {
  if (!sounds(own)) return 'nothing';
  return sounds(other) ? 'pause' : 'move';
}

/** Where the track is now, as far as one can know. @param now ms of the clock of `at` */
export function positionNow({ state, at }: Pick<OtherDevice, 'state' | 'at'>, now: number): number {
  const { status, positionS, durationS, speed } = state;
  if (status !== 'playing') return positionS;
  const reached = positionS + (Math.max(0, now - at) / 1000) * speed;
  return durationS > 0 ? Math.min(reached, durationS) : reached;
}
