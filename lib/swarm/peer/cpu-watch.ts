/** How busy this tab's processor is, as the browser tells or as timers show. */
import type { Clock } from '@/lib/util/clock';
import { CALM, judge } from '../schedule/busy';

export interface CpuWatch {
  /** The processor has been busy for a while: others are not served. */
  isBusy(): boolean;
  close(): void;
}

/** The Compute Pressure API, where a browser has it (Chromium, on secure pages). */
interface PressureRecord {
  state: 'nominal' | 'fair' | 'serious' | 'critical';
}
interface PressureObserver {
  observe(source: 'cpu', options: { sampleInterval: number }): Promise<void>;
  disconnect(): void;
}
type PressureObserverClass = new (callback: (records: PressureRecord[]) => void) => PressureObserver;

const SAMPLE_EVERY_MS = 1000;
/** Load that each of the browser's words stands for: the middle of what Chromium means by it (up to 0.3, 0.6, 0.9, 1; W3C Compute Pressure). */
const LOAD_OF = { nominal: 0.15, fair: 0.45, serious: 0.75, critical: 0.95 } as const;
/** A timer this late, in ms, means that the event loop has nothing left; half of it counts half. */
const LATE_MS = 100;

/**
 * @param onChange busy has become calm, or the other way round
 * @param Pressure the browser's class; null where there is none
 */
export function watchCpu(
  clock: Clock,
  onChange: () => void,
  Pressure: PressureObserverClass | null = pressureObserverClass(),
  isHidden: () => boolean = () => globalThis.document?.hidden === true,
): CpuWatch {
  let state = CALM;
  /** The browser's last word; null while it has said nothing. */
  let told: number | null = null;
  let cancel: () => void = () => {};

  const sample = (load: number) => {
    const next = judge(state, load, clock.now());
    const changed = next.busy !== state.busy;
    state = next;
    if (changed) onChange();
  };

  const observer =
    Pressure === null
      ? null
      : new Pressure((records) => {
          const last = records.at(-1);
          if (last !== undefined) told = LOAD_OF[last.state];
        });
  observer?.observe('cpu', { sampleInterval: SAMPLE_EVERY_MS }).catch(() => {});

  const later = () => {
    const due = clock.now() + SAMPLE_EVERY_MS;
    cancel = clock.after(SAMPLE_EVERY_MS, () => {
      // Timers of a hidden page come late by the browser's own will, and say nothing of the processor.
      if (told !== null) sample(told);
      else if (!isHidden()) sample(Math.min(1, Math.max(0, clock.now() - due) / LATE_MS));
      later();
    });
  };
  later();

  return {
    isBusy: () => state.busy,
    close() {
      cancel();
      observer?.disconnect();
    },
  };
}

function pressureObserverClass(): PressureObserverClass | null {
  return (globalThis as { PressureObserver?: PressureObserverClass }).PressureObserver ?? null;
}
