import puppeteer, { type Browser } from 'puppeteer-core';
import { inject } from 'vitest';
import { type Session, sessionOf } from '@/testing/product';

/** The administrator of the product that all files share. Whoever plays or makes something is a listener of the file's own (`addPerson`). */
export function sharedAdmin(): Session {
  const { url, cookie } = inject('shared');
  return sessionOf(url, () => cookie);
}

/** The Chromium that all files share: make a context in it, close that, and `disconnect` at the end. */
export function sharedChromium(): Promise<Browser> {
  return puppeteer.connect({ browserWSEndpoint: inject('shared').chromium });
}
