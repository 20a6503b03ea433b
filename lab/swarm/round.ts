/** One scenario, once, with one system and browsers that know nothing yet. */

import { cpuSeconds } from './listener/cpu';
import type { Home, Homes } from './listener/homes';
import { type Heard, heardIn, installProbe, type Press } from './listener/probe';
import type { Network } from './network/network';
import type { Scenario } from './scenarios';
import type { Service, Tab } from './systems/system';

/** Browsers launched and signed in at a time: more only make one another wait. */
const LAUNCH_AT_ONCE = 2;

export interface Round {
  listeners: (Heard & { loaded: number; cpuS: number; sentBytes: number; breakdowns: object[] })[];
  originBytes: number;
  /** From the first press to the end of what is counted. */
  durationS: number;
}

export async function playRound(service: Service, scenario: Scenario, network: Network, homes: Homes): Promise<Round> {
  const open: Home[] = [];
  try {
    const tabs = await openTabs(service, scenario, network, homes, open);
    const pids = open.map(({ pid }) => pid);
    const before = { sent: await network.sent(), cpu: cpuSeconds(pids) };
    const began = performance.now();
    await scenario.run(tabs);
    const durationS = (performance.now() - began) / 1000;
    const after = { sent: await network.sent(), cpu: cpuSeconds(pids) };
    const sent = (port: string) => (after.sent.get(port) ?? 0) - (before.sent.get(port) ?? 0);
    const listeners = await Promise.all(
      tabs.map(async (tab, i) => {
        const heard = await heardIn(tab.page);
        return {
          ...heard,
          loaded: await tab.loaded(),
          cpuS: (after.cpu[i] ?? 0) - (before.cpu[i] ?? 0),
          sentBytes: sent(network.listeners[i]?.port ?? ''),
          breakdowns: await breakdownsOf(tab, heard.presses),
        };
      }),
    );
    return { listeners, originBytes: sent(network.origin.port), durationS };
  } finally {
    await Promise.all(open.map((home) => home.close()));
  }
}

/** Of the first start and the first jump. */
async function breakdownsOf(tab: Tab, presses: readonly Press[]): Promise<object[]> {
  const found: object[] = [];
  for (const kind of ['start', 'jump'] as const) {
    const press = presses.find((one) => one.kind === kind);
    if (press !== undefined && tab.breakdown !== undefined) found.push({ kind, ...(await tab.breakdown(press)) });
  }
  return found;
}

/** In the listeners' order; `open` holds at any moment what is to be closed. */
async function openTabs(
  service: Service,
  { trackSet }: Scenario,
  network: Network,
  homes: Homes,
  open: Home[],
): Promise<Tab[]> {
  const tabs: Tab[] = [];
  for (let from = 0; from < network.listeners.length; from += LAUNCH_AT_ONCE) {
    const some = network.listeners.slice(from, from + LAUNCH_AT_ONCE);
    const launched = await Promise.allSettled(some.map((_, i) => homes.open(from + i)));
    for (const result of launched) if (result.status === 'fulfilled') open.push(result.value);
    for (const result of launched) if (result.status === 'rejected') throw result.reason;
    const opened = open.slice(from).map(async ({ page }, i) => {
      page.on('pageerror', (error) => console.error(`listener ${from + i}: ${error}`));
      await installProbe(page);
      return service.open(page, from + i, trackSet);
    });
    tabs.push(...(await Promise.all(opened)));
  }
  return tabs;
}
