/**
 * `npm run bench:link`: how many bytes a second go from one tab to another, through all that the product does to them (frames, flow control,
 * hash, IndexedDB), beside a bare data channel between the same two browsers in turn. How: docs/benchmarks.md.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import { closeBrowser, launchChromium } from '@/testing/browser';
import { median, type Row, readForm, report } from './benchmark';

const { form } = readForm();
/** 512 chunks are 32 MB: some seconds of it. */
const { rounds: ROUNDS, chunks: CHUNKS } = { full: { rounds: 5, chunks: 512 }, short: { rounds: 1, chunks: 32 } }[form];
const BYTES = CHUNKS * 65_552;

console.log(`Starting two browsers; ${ROUNDS} rounds of ${CHUNKS} chunks, over a bare channel and over the product's.`);
const server = await servePage();
const site = `http://localhost:${(server.address() as AddressInfo).port}/`;
// Two processes, as two listeners have; each with a thread for itself on two cores.
const browsers: Browser[] = [];
try {
  for (let i = 0; i < 2; i++) browsers.push(await launchChromium());
  const rounds = [];
  for (let n = 1; n <= ROUNDS; n++) {
    const round = await playRound();
    console.log(
      `round ${n}: bare ${mbit(round.bareS)}, enxame ${mbit(round.hereS)} Mbit/s, longest task ${round.longestMs} ms`,
    );
    rounds.push(round);
  }
  const row = (system: string, metric: string, value: number, unit: string): Row => ({
    ...{ system, scenario: 'link', metric, value, unit, n: rounds.length },
  });
  await report('link', form, [
    row('bare', 'Mbit per s', median(rounds.map(({ bareS }) => mbit(bareS))), 'Mbit/s'),
    row('enxame', 'Mbit per s', median(rounds.map(({ hereS }) => mbit(hereS))), 'Mbit/s'),
    row('enxame', 'kept Mbit per s', median(rounds.map(({ keptS }) => mbit(keptS))), 'Mbit/s'),
    row('enxame', 'ratio', median(rounds.map(({ bareS, hereS }) => bareS / hereS)), 'of bare'),
    row('enxame', 'longest task ms', Math.max(...rounds.map(({ longestMs }) => longestMs)), 'ms, the longest of all'),
  ]);
} finally {
  for (const browser of browsers) await closeBrowser(browser);
  server.close();
}

/** New pages; first the one, then the other, over links of their own. */
async function playRound() {
  const [from, to] = (await Promise.all(browsers.map((browser) => browser.newPage()))) as [Page, Page];
  await Promise.all([
    from.exposeFunction('__signal', (text: string) => tell(to, text)),
    to.exposeFunction('__signal', (text: string) => tell(from, text)),
  ]);
  await Promise.all([from.goto(site), to.goto(site)]);
  const [bareS] = await (async () => {
    await Promise.all([to.evaluate('__end.openBare(false)'), from.evaluate('__end.openBare(true)')]);
    await to.evaluate(`__end.expectBare(${BYTES})`);
    return Promise.all([to.evaluate('__end.receiveBare()'), from.evaluate(`__end.sendBare(${BYTES})`)]);
  })();
  const { version, hashes } = (await from.evaluate(`__end.makeChunks(${CHUNKS})`)) as {
    version: string;
    hashes: number[];
  };
  await Promise.all([to.evaluate('__end.connect(false)'), from.evaluate('__end.connect(true)')]);
  await from.evaluate('__end.serve()');
  const fetched = await to.evaluate(`__end.fetchAll(${JSON.stringify(hashes)}, ${JSON.stringify(version)})`);
  const { hereS, keptS } = fetched as { hereS: number; keptS: number };
  const longest = (await Promise.all([from.evaluate('__end.end()'), to.evaluate('__end.end()')])) as number[];
  await Promise.all([from.close(), to.close()]);
  return { bareS: bareS as number, hereS, keptS, longestMs: Math.round(Math.max(...longest)) };
}

/** A signal of the other page; one that has gone meanwhile hears nothing. */
function tell(page: Page, text: string) {
  return page.evaluate(`__end.onSignal(${JSON.stringify(text)})`).catch(() => {});
}

function mbit(seconds: number): number {
  return Math.round((BYTES * 8) / 1e5 / seconds) / 10;
}

async function servePage() {
  const { outputFiles } = await build({
    entryPoints: ['lab/link/page.ts'],
    ...{ bundle: true, write: false, minify: true, format: 'iife', target: 'es2022', logLevel: 'error' },
    // What Next gives the product's own pages.
    alias: { '@': process.cwd(), events: 'next/dist/compiled/events', buffer: 'next/dist/compiled/buffer' },
    define: { global: 'globalThis', __dirname: '""', 'process.env.NODE_ENV': '"production"' },
  });
  const script = outputFiles[0]?.text ?? '';
  const listening = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, {
      'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8',
    });
    response.end(isScript ? script : '<!doctype html><title>Bench</title><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return listening;
}
