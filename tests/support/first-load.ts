/** What a page loads before a listener can use it, counted from its HTML as the server sends it. */
import { gzipSync } from 'node:zlib';
import type { Session } from '@/testing/product';

/** Bytes, gzipped. */
export interface FirstLoad {
  path: string;
  /** Scripts that the page names: those that it is drawn with, and not what they import later. */
  scripts: number;
  styles: number;
  /** With the texts and whatever else stands in the page itself. */
  html: number;
  /** The scripts by address, the largest first. */
  parts: readonly { address: string; bytes: number }[];
}

/** Polyfills that only browsers without modules load: none of those that Enxame runs in. */
const LEGACY = /<script\b[^>]*\bnomodule\b[^>]*>/gi;
const SCRIPT = /<script\b[^>]*\bsrc="([^"]+)"/gi;
/** Next names the scripts of a page's components in the data that stand in the page, also those that no element loads yet. */
const NAMED = /\/_next\/static\/chunks\/[\w~.-]+\.js/g;
const STYLE = /<link\b[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"/gi;

/** Of several pages of a product, as this listener gets them. */
export async function firstLoads(session: Session, paths: readonly string[]): Promise<FirstLoad[]> {
  const sizes = new Map<string, Promise<number>>();
  const sizeOf = (address: string) => {
    const known = sizes.get(address) ?? gzipped(new URL(address, session.url));
    sizes.set(address, known);
    return known;
  };
  return await Promise.all(
    paths.map(async (path) => {
      const html = await bodyOf(new URL(path, session.url), { cookie: session.cookie() });
      const text = html.toString('utf8').replace(LEGACY, '');
      const addresses = new Set([...matches(text, SCRIPT), ...(text.match(NAMED) ?? [])]);
      if (addresses.size === 0) throw new Error(`${path} names no scripts: is this a page?`);
      const parts = await Promise.all(
        [...addresses].map(async (address) => ({ address, bytes: await sizeOf(address) })),
      );
      const styles = await Promise.all(matches(text, STYLE).map(sizeOf));
      return {
        path,
        scripts: sum(parts.map(({ bytes }) => bytes)),
        styles: sum(styles),
        html: gzipSync(html).length,
        parts: parts.sort((a, b) => b.bytes - a.bytes),
      };
    }),
  );
}

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].flatMap(([, address]) => address ?? []);
const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

async function gzipped(url: URL): Promise<number> {
  return gzipSync(await bodyOf(url)).length;
}

async function bodyOf(url: URL, headers: Record<string, string> = {}): Promise<Buffer> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
