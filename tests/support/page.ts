/** What hands do on a page, by the names that a person sees. */
import type { Page } from 'puppeteer-core';
import { HANGS_MS, until } from '@/testing/wait';

const timeout = HANGS_MS;

export async function press(page: Page, name: string, role = 'button'): Promise<void> {
  const found = await page.waitForSelector(`aria/${name}[role="${role}"]`, { timeout });
  await found?.click();
}

/** @param label of a text field */
export async function write(page: Page, label: string, text: string): Promise<void> {
  const field = await page.waitForSelector(`aria/${label}[role="textbox"]`, { timeout });
  await field?.type(text);
}

/** Waits until there is a heading of that text. */
export const heading = (page: Page, text: string) => page.waitForSelector(`aria/${text}[role="heading"]`, { timeout });

/** Waits until the page shows these tracks, by their titles and in this order. */
export const showsTracks = (page: Page, expected: readonly string[]) =>
  until(
    () => `"${expected.join(', ')}"`,
    async () => JSON.stringify(await trackTitles(page).catch(() => [])) === JSON.stringify(expected),
  );

const trackTitles = (page: Page) =>
  page.$$eval('[data-row] p.font-medium span.truncate', (spans) => spans.map((span) => span.textContent ?? ''));

/** Waits until the page shows this text. */
export const showsText = (page: Page, wanted: string) =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is seen, and not what the page's scripts carry
  until(`"${wanted}" on the page`, () => page.evaluate((said) => document.body.innerText.includes(said), wanted));
