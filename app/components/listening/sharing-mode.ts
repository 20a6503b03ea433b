import { SHARING_MODES, type SharingMode } from '@/lib/contracts/choices';

const MODE_KEY = 'enxame.sharing';
const RELAY_KEY = 'enxame.relay-only';
const NOTICE_KEY = 'enxame.sharing-notice';

/** The mode this browser was set to; `considerate` where nothing was chosen, or nothing can be remembered. */
export function readMode(): SharingMode {
  const kept = read(MODE_KEY);
  return SHARING_MODES.find((mode) => mode === kept) ?? 'considerate';
}

export const keepMode = (mode: SharingMode) => write(MODE_KEY, mode);

/** Whether links of this browser go through a relay alone. */
export const readRelayOnly = () => read(RELAY_KEY) === 'yes';
export const keepRelayOnly = (only: boolean) => write(RELAY_KEY, only ? 'yes' : 'no');

/** Tabs follow each other. @returns unsubscribe */
export function onModeElsewhere(listener: (mode: SharingMode) => void): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key === MODE_KEY) listener(readMode());
  };
  addEventListener('storage', heard);
  return () => removeEventListener('storage', heard);
}

export const noticeSeen = () => read(NOTICE_KEY) !== null;
export const keepNoticeSeen = () => write(NOTICE_KEY, 'seen');

// Storage may be forbidden altogether (private windows, policies): then nothing is remembered.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {}
}
