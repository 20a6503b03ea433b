import type { Page } from 'puppeteer-core';

/**
 * Clicks where an element is, or at a share of its width. The pointer does not rest there before: a pointer that rests on a
 * track makes Enxame ask its grant ahead.
 */
export async function clickOn(page: Page, selector: string, share = 0.5): Promise<void> {
  const { x, y } = await placeOf(page, selector, share);
  await page.mouse.click(x, y);
}

/** Brings the pointer to where `clickOn` will click. */
export async function restOn(page: Page, selector: string, share = 0.5): Promise<void> {
  const { x, y } = await placeOf(page, selector, share);
  await page.mouse.move(x, y);
}

async function placeOf(page: Page, selector: string, share: number): Promise<{ x: number; y: number }> {
  const element = await page.waitForSelector(selector, { visible: true });
  // To the middle: at the edge of the page the player's bar lies above it.
  await element?.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
  const box = await element?.boundingBox();
  if (box == null) throw new Error(`${selector} has no place on the page`);
  return { x: box.x + box.width * share, y: box.y + box.height / 2 };
}
