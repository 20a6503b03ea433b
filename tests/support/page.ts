/** What hands do on a page, by the names that a person sees. */
import type { Page } from 'puppeteer-core';
import { HANGS_MS } from './hangs';

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
