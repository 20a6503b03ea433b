/**
 * What all browser tests share: one product and one Chromium, started before the first of them. Each file has listeners, music and
 * browser contexts of its own, so that none meets what another left.
 */
import type { TestProject } from 'vitest/node';
import { closeBrowser, launchChromium } from '@/testing/browser';
import { startProduct } from '@/testing/product';
import { startListenBrainz } from '@/tests/support/listenbrainz';

export interface Shared {
  url: string;
  /** Of the administrator, as a header's value. */
  cookie: string;
  /** Where puppeteer connects to. */
  chromium: string;
}
declare module 'vitest' {
  interface ProvidedContext {
    shared: Shared;
  }
}

/** A user of the ListenBrainz-compatible server that the product forwards plays to. */
export const FORWARDING = { token: 'a-token-of-ada', userName: 'ada_there' };

export default async function setup(project: TestProject) {
  const listenBrainz = await startListenBrainz();
  listenBrainz.users.set(FORWARDING.token, FORWARDING.userName);
  // Tabs that a test closes cannot always say that they stopped: their streams count until their grants run out.
  const product = await startProduct({ MAX_STREAMS: '1000', LISTENBRAINZ_URL: listenBrainz.url }).catch(
    async (error) => {
      await listenBrainz.stop();
      throw error;
    },
  );
  const stop = async () => {
    await product.stop();
    await listenBrainz.stop();
  };
  try {
    const chromium = await launchChromium(['--lang=en-US', '--host-resolver-rules=MAP enxame.test 127.0.0.1']);
    project.provide('shared', { url: product.url, cookie: product.cookie(), chromium: chromium.wsEndpoint() });
    return async () => {
      await closeBrowser(chromium);
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
