import type { IncomingMessage } from 'node:http';
import { Questions } from '@/app/api/_lib/questions';
import { setRuntime } from '@/app/api/_lib/runtime';
import { type Accounts, openAccounts } from '@/lib/auth/accounts';
import { isDisabled } from '@/lib/auth/sessions';
import { ADDRESS_HEADER } from '@/lib/auth/trust';
import { EnxameError } from '@/lib/contracts/errors';
import { createOrigin } from '@/lib/origin/origin';
import { openPlaylistReader } from '@/lib/playlist-files/reader';
import { openConversions } from '@/lib/transcode/conversions';
import { withoutMapping } from '@/lib/util/node/network';
import { type Rate, RateLimiter } from '@/lib/util/rate-limit';
import { placeOf } from '@/signaling/address';
import type { Foundations } from './context';
import { answerDirectly } from './direct';
import { answerDownload } from './downloads';
import { checkHealth } from './health';
import type { Handler } from './http';
import { observeRequest } from './metrics';
import type { openPages } from './pages';
import { answerRest } from './rest';
import { commonHeaders, contentSecurityPolicy, isPage, newNonce } from './security-headers';

/** Far above what hands and players do; a script of somebody signed in meets it. */
const WRITES_PER_ACCOUNT: Rate = { burst: 200, everyMs: 100 };

/** A search for each letter of a few names, and then one a second: who tries every name takes long. */
const PEOPLE_SEARCHES_PER_ACCOUNT: Rate = { burst: 60, everyMs: 1000 };

type Pages = Awaited<ReturnType<typeof openPages>>;

/**
 * Everything that answers HTTP: the origin first, because a chunk must not cost a page's time, then what a press of play waits for, then
 * Next with the pages and the gateway's other routes.
 */
export async function startGateway(deps: Foundations): Promise<{
  isFirstRun(): Promise<boolean>;
  handler(pages: Pages): Handler;
}> {
  const { config, log, shutdown, database, bus, secrets } = deps;
  const accounts = shutdown.add('accounts', await openAccounts(deps), (opened) => opened.close());
  shutdown.add('accounts of other processes', await followAccounts(deps, accounts), (facts) => facts.close());
  const origin = shutdown.add('origin', await startOrigin(deps, accounts), (opened) => opened.close());
  const playlistReader = shutdown.add('reader of playlist files', openPlaylistReader(), (opened) => opened.close());
  const conversions = shutdown.add(
    'conversions',
    await openConversions({ mode: config.transcode, dataDir: config.dataDir, media: deps.media, log }),
    (opened) => opened.close(),
  );
  setRuntime({
    config,
    log,
    bus,
    accounts,
    questions: new Questions(bus),
    writesOfAccount: new RateLimiter(WRITES_PER_ACCOUNT),
    peopleSearches: new RateLimiter(PEOPLE_SEARCHES_PER_ACCOUNT),
    playlistReader,
    conversions,
    secrets,
    head: (versionId, atS) => origin.head(versionId, atS),
    firstSound: (versionId, atS) => origin.firstSound(versionId, atS),
    prepare: (versionId) => origin.prepare(versionId),
    health: () => checkHealth({ database, bus, origin: () => origin.health(), isStopping: () => shutdown.isStopping }),
  });
  const headers = Object.entries(commonHeaders(config));
  return {
    isFirstRun: () => accounts.isFirstRun(),
    handler: (pages) => (request, response) => {
      const began = performance.now();
      const url = request.url ?? '';
      response.once('close', () =>
        observeRequest(url, request.method ?? '', response.statusCode, (performance.now() - began) / 1000),
      );
      for (const [name, value] of headers) response.setHeader(name, value);
      if (origin.handle(request, response)) return;
      if (answerDirectly(request, response)) return;
      if (answerDownload(request, response, origin)) return;
      if (answerRest(request, response, origin)) return;
      if (isPage(request.url ?? '')) {
        const nonce = newNonce();
        const policy = contentSecurityPolicy(config, nonce, request.headers.host, pages.isDev);
        // Next reads the nonce here and gives it to its scripts.
        request.headers['content-security-policy'] = policy;
        request.headers['x-nonce'] = nonce;
        response.setHeader('content-security-policy', policy);
      }
      pages.handle(request, response);
    },
  };
}

/** Accounts and sessions that another process changed or ended are asked for anew. */
const followAccounts = ({ bus }: Foundations, accounts: Accounts) =>
  bus.subscribe({ queue: null, patterns: ['changed.account', 'changed.session'] }, async (fact) => accounts.heed(fact));

/** The origin, with the bus for what only the catalog knows, and facts for what must be forgotten. */
async function startOrigin({ bus, database, config, media, secrets, log }: Foundations, accounts: Accounts) {
  const origin = createOrigin({
    source: (versionId) => bus.request('catalog.source', { versionId }),
    retire: async (versionId, reason) => {
      await bus.request('catalog.retire', { versionId, reason });
    },
    plain: (params) => bus.request('catalog.plain', params),
    accountOf: (request) => accountOf(request, accounts),
    isDisabled: (accountId) => isDisabled(database, accountId),
    networkOf: (request) => placeOf(withoutMapping(String(request.headers[ADDRESS_HEADER] ?? ''))).network,
    media,
    secrets,
    allowedOrigins: config.publicUrl === null ? [] : [config.publicUrl],
    log: log.child({ part: 'origin' }),
  });
  const facts = await bus.subscribe({ queue: null, patterns: ['changed.version', 'changed.account'] }, async (fact) => {
    if (fact.type === 'changed.version') origin.forget(fact.data.versionId);
    if (fact.type === 'changed.account') origin.accountChanged(fact.data.accountId, fact.data.disabled);
  });
  return {
    handle: origin.handle,
    sendTrack: origin.sendTrack,
    sendFiles: origin.sendFiles,
    // Where another host serves the bytes, a CDN say, this one is spared them.
    head: (versionId: string, atS: number) =>
      config.originUrl === '' ? origin.head(versionId, atS) : Promise.resolve(null),
    firstSound: (versionId: string, atS: number) =>
      config.originUrl === '' ? origin.firstSound(versionId, atS) : Promise.resolve(null),
    prepare: (versionId: string) => {
      if (config.originUrl === '') origin.prepare(versionId);
    },
    health: origin.health,
    async close() {
      await facts.close();
      origin.close();
    },
  };
}

async function accountOf(request: IncomingMessage, accounts: Accounts): Promise<{ accountId: string }> {
  const { account, disabled } = await accounts.session(new Headers({ cookie: request.headers.cookie ?? '' }));
  if (disabled) throw new EnxameError('account_disabled', 'This account was disabled by an administrator.');
  if (account === null) throw new EnxameError('not_signed_in', 'Sign in first.');
  return { accountId: account.id };
}
