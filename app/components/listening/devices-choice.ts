/** Whether this browser's tabs take part in control from device to device. */
const KEY = 'enxame.devices';

/** On where nothing was chosen, or nothing can be remembered. */
export function readDevicesOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

/** Tabs follow each other. */
export function keepDevicesOn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Forbidden: then this tab alone follows.
  }
  chosen.dispatchEvent(new CustomEvent('chosen', { detail: on }));
}

const chosen = new EventTarget();

/** @returns unsubscribe */
export function onDevicesOn(listener: (on: boolean) => void): () => void {
  const here = (event: Event) => listener((event as CustomEvent<boolean>).detail);
  const elsewhere = (event: StorageEvent) => {
    if (event.key === KEY) listener(readDevicesOn());
  };
  chosen.addEventListener('chosen', here);
  addEventListener('storage', elsewhere);
  return () => {
    chosen.removeEventListener('chosen', here);
    removeEventListener('storage', elsewhere);
  };
}
