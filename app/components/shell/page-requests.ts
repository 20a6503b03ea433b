/** What a proxy answers in place of a server that is away. */
const SERVER_AWAY: readonly number[] = [502, 503, 504];
/** Next's router sends it with each request for a page. */
const ROUTER_HEADER = 'rsc';

/**
 * Makes a page that a proxy answers for look like one whose server is out of reach: then the router waits and tries again (`useOffline` in
 * next.config.mjs). After any other answer it would load the address anew, and the music would end with the page.
 */
export function waitForPages(target: { fetch: typeof fetch }): void {
  const { fetch } = target;
  target.fetch = async (input, init) => {
    const answer = await fetch.call(globalThis, input, init);
    if (SERVER_AWAY.includes(answer.status) && isForPage(input, init)) throw new TypeError('The server is away.');
    return answer;
  };
}

function isForPage(input: RequestInfo | URL, init: RequestInit | undefined): boolean {
  const headers = init?.headers ?? (input instanceof Request ? input.headers : undefined);
  return new Headers(headers).has(ROUTER_HEADER);
}
