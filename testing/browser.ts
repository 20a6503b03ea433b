/** Real browsers for tests and benchmarks: Chromium and Firefox as Debian brings them, or where CHROMIUM_BIN and FIREFOX_BIN say. */
import { once } from 'node:events';
import puppeteer, { type Browser } from 'puppeteer-core';

export const CHROMIUM = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';
/** Without a window, without requests of its own. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const FIREFOX = process.env.FIREFOX_BIN ?? '/usr/bin/firefox-esr';
const LAUNCH_TIMEOUT_MS = 240_000;
const CLOSE_TIMEOUT_MS = 5000;

export async function launchChromium(extraArgs: readonly string[] = []): Promise<Browser> {
  return puppeteer.launch({
    executablePath: CHROMIUM,
    headless: true,
    timeout: LAUNCH_TIMEOUT_MS,
    args: [...CHROMIUM_ARGS, '--autoplay-policy=no-user-gesture-required', ...extraArgs],
  });
}

export async function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    timeout: LAUNCH_TIMEOUT_MS,
    extraPrefsFirefox: {
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'browser.shell.checkDefaultBrowser': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'app.update.enabled': false,
    },
  });
}

/** Closes a browser, and ends its process when it does not go by itself. */
export async function closeBrowser(browser: Browser): Promise<void> {
  const process = browser.process();
  const exited = process && process.exitCode === null ? once(process, 'exit') : Promise.resolve();
  const late = setTimeout(() => process?.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
  await browser.close().catch(() => {});
  await exited;
  clearTimeout(late);
}
