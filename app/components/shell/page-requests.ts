/** What a proxy answers in place of a server that is away. */
const SERVER_AWAY: readonly number[] = [502, 503, 504];
/** Next's router sends it with each request for a page. */
const ROUTER_HEADER = 'rsc';
/** Of them these are for pages that may be opened later. */
const AHEAD_HEADERS = ['next-router-prefetch', 'next-router-segment-prefetch'];

const followers = new Set<(path: string) => void>();

/** Tells of each page that is asked for to be shown, by a link or by a menu, with its path. @returns ends it */
export function onPageRequest(asked: (path: string) => void): () => void {
  followers.add(asked);
  return () => followers.delete(asked);
}

/**
 * Makes a page that a proxy answers for look like one whose server is out of reach: then the router waits and tries again (`useOffline` in
 * next.config.mjs). After any other answer it would load the address anew, and the music would end with the page.
 */
export function waitForPages(target: { fetch: typeof fetch }): void {
  const { fetch } = target;
  target.fetch = async (input, init) => {
    const request = pageRequest(input, init);
    if (request?.isShown) for (const asked of followers) asked(request.path);
    const answer = await fetch.call(globalThis, input, init);
    if (request !== null && SERVER_AWAY.includes(answer.status)) throw new TypeError('The server is away.');
    return answer;
  };
}

/** What page a request is for, and whether to show it now; null: it is for something else. */
function pageRequest(input: RequestInfo | URL, init: RequestInit = {}): { path: string; isShown: boolean } | null {
  const asRequest = input instanceof Request ? input : null;
  const headers = new Headers(init.headers ?? asRequest?.headers);
  if (!headers.has(ROUTER_HEADER)) return null;
  // The router asks with HEAD whether the server is back.
  const isHead = (init.method ?? asRequest?.method) === 'HEAD';
  const { pathname } = new URL(asRequest?.url ?? String(input), globalThis.location?.href ?? 'http://localhost');
  return { path: pathname, isShown: !isHead && !AHEAD_HEADERS.some((name) => headers.has(name)) };
}
