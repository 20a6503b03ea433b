/** Which tab of a browser is the peer for all: whoever holds one Web Lock. The browser gives it to the next when the holder's page is gone. */

export interface Leadership {
  /** Takes the place of a leader that does not answer. Does nothing while this tab leads or is about to. */
  take(): void;
  /** Gives the place up, or the place in the line. */
  leave(): void;
}

/**
 * Stands in line for the lock, and again after it was taken away.
 * @param on `elected`: this tab leads from now on; `deposed`: another tab took its place while this one did not answer
 */
export function standForLeader(
  name: string,
  locks: Pick<LockManager, 'request'>,
  on: { elected: () => void; deposed: () => void },
): Leadership {
  let left = false;
  let leads = false;
  let stealing = false;
  let inLine = new AbortController();
  let release = () => {};

  const lead = () => {
    stealing = false;
    if (left) return undefined;
    leads = true;
    on.elected();
    return new Promise<void>((done) => {
      release = done;
    });
  };
  const request = (options: LockOptions) => {
    locks.request(name, options, lead).catch(() => {
      // Aborted while in line, by `take` or `leave`; or the lock was stolen.
      if (!leads || left) return;
      leads = false;
      on.deposed();
      queue();
    });
  };
  const queue = () => {
    inLine = new AbortController();
    request({ signal: inLine.signal });
  };

  queue();
  return {
    take() {
      if (left || leads || stealing) return;
      stealing = true;
      inLine.abort();
      request({ steal: true });
    },
    leave() {
      left = true;
      inLine.abort();
      release();
    },
  };
}
