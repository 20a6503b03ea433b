/**
 * The gateway, without the schemas of its contract in a page's first load: they load beside the page's own scripts, and are there by the time
 * that it asks its first question.
 */
import { EnxameError } from '@/lib/contracts/enxame-error';

type Gateway = typeof import('./gateway')['gateway'];

let loaded: Gateway | null = null;
let issuesOf: typeof import('./gateway')['fieldIssues'] | null = null;
let loading: Promise<Gateway> | null = null;

/** @throws {EnxameError} `unavailable` when the server, which has the script, is out of reach; the next question tries again */
function load(): Promise<Gateway> {
  loading ??= import('./gateway').then(
    (module) => {
      loaded = module.gateway;
      issuesOf = module.fieldIssues;
      return loaded;
    },
    (cause) => {
      loading = null;
      throw new EnxameError('unavailable', 'Could not reach the server. Check your connection.', { cause });
    },
  );
  return loading;
}

/** As gateway.ts has it. */
export const gateway = new Proxy({} as Gateway, {
  get(_, name: keyof Gateway) {
    const ask = (from: Gateway) => from[name] as (...question: unknown[]) => Promise<unknown>;
    // At once where that is possible: what a page that is closing asks would not be asked any more after a wait.
    return (...question: unknown[]) =>
      loaded === null ? load().then((from) => ask(from)(...question)) : ask(loaded)(...question);
  },
});

/** Which fields a refusal complains of, by name. Only the gateway's own refusals complain of any, and then it is loaded. */
export const fieldIssues = (error: unknown): Record<string, string> => issuesOf?.(error) ?? {};

if (typeof window !== 'undefined') load().catch(() => {});
