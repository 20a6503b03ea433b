import type { Page } from 'puppeteer-core';
import type { Press } from './probe';

/** What the page's resource timing says of one request. Times of the page's clock, ms. */
interface Timing {
  name: string;
  startTime: number;
  responseStart: number;
  responseEnd: number;
}

const READ = `(() => {
  const tab = globalThis[Symbol.for('enxame.tab')];
  const snapshot = tab.swarm.snapshot();
  return {
    requests: performance.getEntriesByType('resource').map(({ name, startTime, responseStart, responseEnd }) => ({ name, startTime, responseStart, responseEnd })),
    sources: snapshot.current?.sources ?? [],
    links: snapshot.links.length,
    totals: snapshot.totals,
  };
})()`;

/**
 * A start or jump of Enxame step by step, ms after the press: the grant asked and answered, the origin's first request and its
 * first byte, the first bytes given to the element, and what the element said. Then where the track's chunks came from.
 */
export async function breakdownOf(page: Page, press: Press): Promise<Record<string, number | string | null>> {
  const { requests, sources, links, totals } = (await page.evaluate(READ)) as {
    requests: Timing[];
    sources: string[];
    links: number;
    totals: Record<string, number>;
  };
  const since = (at: number | null | undefined) => (at == null ? null : Math.round(at - press.pressedAt));
  // A grant may be asked a moment before the press, by the pointer that comes to the button.
  const fromMs = press.kind === 'start' ? press.pressedAt - 1000 : press.pressedAt;
  const first = (path: RegExp) => requests.find((r) => path.test(r.name) && r.startTime > fromMs);
  const grant = press.kind === 'start' ? first(/\/api\/playback$/) : undefined;
  const chunk = first(/\/origin\//);
  const count = (source: string) => sources.filter((s) => s === source).length;
  const { marks } = press;
  return {
    grantAsked: since(grant?.startTime),
    grantFirstByte: since(grant?.responseStart),
    granted: since(grant?.responseEnd),
    originAsked: since(chunk?.startTime),
    originFirstByte: since(chunk?.responseStart),
    originFirstDone: since(chunk?.responseEnd),
    pointerup: since(marks.pointerup),
    append: since(marks.append),
    appended: since(marks.appended),
    appends: press.appends.map(([at, bytes]) => `${bytes}@${at}`).join(' '),
    loadedmetadata: since(marks.loadedmetadata),
    seeking: since(marks.seeking),
    seeked: since(marks.seeked),
    canplay: since(marks.canplay),
    playing: since(marks.playing),
    sound: since(press.soundAt),
    head: sources
      .slice(0, 8)
      .map((source) => source[0])
      .join(''),
    fromPeers: count('peer'),
    fromOrigin: count('origin'),
    originRequests: requests.filter((r) => /\/origin\//.test(r.name)).length,
    links,
    uploadedMB: Math.round((totals.uploaded ?? 0) / 1e5) / 10,
  };
}
