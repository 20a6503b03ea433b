import type { Page } from 'puppeteer-core';
import type { Cleaner } from '../cleaner';
import type { Network } from '../network/network';
import { type ListenerBrowser, launchOn } from './browser';

/** A page of a browser that knows nothing yet. */
export interface Home {
  page: Page;
  /** The browser's process. */
  pid: number;
  close(): Promise<unknown>;
}

/** The listeners' browsers: each round has new ones or, with `kept`, contexts of the same ones, which share no cache either. */
export class Homes {
  private readonly running = new Map<number, Promise<ListenerBrowser>>();
  private readonly browsers = new Set<ListenerBrowser>();

  /** @param sites addresses that count as secure contexts though they are plain http */
  constructor(
    private readonly network: Network,
    private readonly sites: readonly string[],
    private readonly kept: boolean,
    cleaner: Cleaner,
  ) {
    cleaner.add('browsers', () => Promise.all([...this.browsers].map((browser) => browser.close())));
  }

  async open(listener: number): Promise<Home> {
    if (!this.kept) {
      const launched = await this.launch(listener);
      const [page = await launched.browser.newPage()] = await launched.browser.pages();
      const close = async () => {
        await launched.close();
        this.browsers.delete(launched);
      };
      return { page, pid: launched.pid, close };
    }
    const running = this.running.get(listener) ?? this.launch(listener);
    this.running.set(listener, running);
    const { browser, pid } = await running;
    const context = await browser.createBrowserContext();
    return { page: await context.newPage(), pid, close: () => context.close() };
  }

  private async launch(listener: number): Promise<ListenerBrowser> {
    const host = this.network.listeners[listener];
    if (host === undefined) throw new Error(`there is no listener ${listener}`);
    const launched = await launchOn(host, this.sites);
    this.browsers.add(launched);
    return launched;
  }
}
