import { keptSwitch } from './kept-switch';

/** Whether this browser's tabs take part in control from device to device. */
export const devicesSwitch = keptSwitch('enxame.devices', true);
