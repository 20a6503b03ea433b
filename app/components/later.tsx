'use client';
/**
 * Parts of the interface that no page shows at first: menus, dialogs, panels. They are no part of its first load, and load by themselves once the
 * page is at rest, so that they open at once, also when the server has gone meanwhile.
 */
import { type ComponentType, useEffect, useState } from 'react';
import { EnxameError } from '@/lib/contracts/enxame-error';
import { useErrorText } from './errors';
import { toast } from './ui/toast';

/** Loaders of parts that are not loaded yet, in the order of their declaration. */
const waiting: (() => Promise<unknown>)[] = [];
let atRest = false;
let isLoading = false;

/**
 * A component whose script loads later.
 * @param load must be an `import()` of its own file
 * @param Meanwhile what is drawn until it is there; by default nothing
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Meanwhile: ComponentType<Props> = Nothing,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  let loading: Promise<unknown> | null = null;
  const loadOnce = () => {
    loading ??= load().then(
      (part) => {
        loaded = part;
      },
      (error) => {
        // The server is out of reach: tried again when it is wanted again.
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  waiting.push(loadOnce);
  loadNext();

  return function Later(props: Props) {
    const [Part, setPart] = useState(() => loaded);
    const errorText = useErrorText();
    useEffect(() => {
      if (Part !== null) return;
      let here = true;
      loadOnce().then(
        () => {
          if (here) setPart(() => loaded);
        },
        () => {
          if (here) toast.error(errorText(new EnxameError('unavailable', 'Could not reach the server.')));
        },
      );
      return () => {
        here = false;
      };
    }, [Part, errorText]);
    return Part === null ? <Meanwhile {...props} /> : <Part {...props} />;
  };
}

const Nothing = () => null;

/** The page has what it needs to play: from now on parts load one after the other, each when nothing else is to be done. */
export function loadTheRest(): void {
  atRest = true;
  loadNext();
}

function loadNext(): void {
  if (!atRest || isLoading) return;
  const load = waiting.shift();
  if (load === undefined) return;
  isLoading = true;
  whenIdle(() => {
    load()
      // Out of reach: it loads when it is wanted.
      .catch(() => {})
      .finally(() => {
        isLoading = false;
        loadNext();
      });
  });
}

/** Not longer than this after it was asked for, ms: a page that is never at rest needs its menus too. */
const IDLE_WAIT_MS = 5000;

function whenIdle(run: () => void): void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === 'undefined') setTimeout(run, IDLE_WAIT_MS / 10);
  else requestIdleCallback(run, { timeout: IDLE_WAIT_MS });
}
