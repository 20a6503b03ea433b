/** What axe finds on pages of the product, and what is wider than the screen. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer-core';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A phone and a desk. */
const WIDTHS = [360, 1280];
/** Set to a folder: what the pages look like is kept there. */
const SHOTS = process.env.SHOTS_DIR;

/** A line for each fault: the rule, and where. */
const FAULTS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ target }) => target).join(' ')))`;
/** The heading is there, and no grey shape in the place of what is on its way. */
const IS_WHOLE = `document.querySelector('main h1') !== null && document.querySelector('main .animate-breathe') === null`;

/**
 * Opens each path and looks at it in both themes, on a phone and on a desk.
 * @param page with `setBypassCSP(true)`: the product's own policy would not let axe in
 * @param name of the shots
 * @returns a line for each fault
 */
export async function faultsOf(page: Page, url: string, paths: readonly string[], name = ''): Promise<string[]> {
  const faults: string[] = [];
  for (const path of paths) {
    await page.goto(url + path, { waitUntil: 'domcontentloaded' });
    await page.waitForFunction(IS_WHOLE);
    const found = await faultsNow(page, `${path.slice(1).replaceAll(/\W/g, '-')}${name}`);
    faults.push(...found.map((fault) => `${path} ${fault}`));
  }
  return faults;
}

/**
 * The same of the page as it is, whatever is open on it.
 * @param name of the shots
 */
export async function faultsNow(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  await page.evaluate(AXE);
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 800 });
    for (const theme of ['light', 'dark']) {
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: theme },
        // Without transitions: a colour on its way to another is none that axe should judge.
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      const found = (await page.evaluate(FAULTS)) as string[];
      faults.push(...found.map((fault) => `${theme} ${width}: ${fault}`));
      if (SHOTS !== undefined)
        await page.screenshot({ path: `${SHOTS}/${name}-${theme}-${width}.png`, fullPage: true });
    }
    const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    if (overflow > 0) faults.push(`${width}: ${overflow} px too wide`);
  }
  return faults;
}
