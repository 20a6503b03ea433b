import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { CHROMIUM, CHROMIUM_ARGS, closeBrowser } from '@/testing/browser';
import { onHost } from '../network/commands';
import type { Host } from '../network/network';

const LAUNCH_TIMEOUT_MS = 120_000;

export interface ListenerBrowser {
  browser: Browser;
  pid: number;
  close(): Promise<void>;
}

/**
 * Chromium on a listener's host, with a profile of its own. Commands go through a pipe: no network between us and it.
 * @param sites addresses that count as secure contexts though they are plain http
 */
export async function launchOn(host: Host, sites: readonly string[]): Promise<ListenerBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'enxame-bench-profile-'));
  const args = puppeteer.defaultArgs({
    headless: true,
    userDataDir: profile,
    args: [...CHROMIUM_ARGS, '--window-size=1280,800', `--unsafely-treat-insecure-origin-as-secure=${sites.join(',')}`],
  });
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/env',
    args: [...onHost(host.namespace), CHROMIUM, ...args],
    ignoreDefaultArgs: true,
    pipe: true,
    timeout: LAUNCH_TIMEOUT_MS,
    protocolTimeout: LAUNCH_TIMEOUT_MS,
    defaultViewport: { width: 1280, height: 800 },
    // Ctrl-C: our own cleaner closes them, in its order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return {
    browser,
    pid: browser.process()?.pid ?? 0,
    async close() {
      await closeBrowser(browser);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
