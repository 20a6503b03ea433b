import { BlockList, isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import * as z from 'zod';

/** What keys are derived from has at least so many: 32 of base64 are 192 bits. */
export const MIN_SECRET_CHARS = 32;

/** What a wrong environment variable is answered with; the start prints it and stops. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
/** A base address that requests are sent to: a password in it would be shown to listeners. */
const service = url(['http:', 'https:']).refine((text) => !URL.canParse(text) || new URL(text).username === '', {
  message: 'an address without a name and a password in it',
});
/** Where people, or their browsers, reach a server. Pages and cookies are for a whole host: under a path they would not work, so none is taken. */
const origin = service.refine(isOrigin, {
  message:
    'an address without a path, a query or a fragment after the host, such as https://music.example.org. Enxame needs a host name of its own: give it a subdomain, and pass all paths on to it',
});
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'a port number from 0 to 65535')
  .transform(Number)
  .refine((n) => n <= 65_535, 'a port number from 0 to 65535');
const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `a whole number from 1 to ${max}`)
    .transform(Number)
    .refine((n) => n >= 1 && n <= max, `a whole number from 1 to ${max}`);
const iceServers = z.string().transform((text, context) => {
  const shape = z.array(
    z.object({
      urls: z.union([z.string(), z.array(z.string())]),
      username: z.string().optional(),
      credential: z.string().optional(),
    }),
  );
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'a JSON list such as [{"urls":"stun:stun.example.org:3478"}]' });
    return z.NEVER;
  }
});

const MAX_REGIONS = 256;
const regions = z.string().transform((text, context) => {
  try {
    return z
      .record(z.string().min(1).max(50), z.array(z.string()).max(1000))
      .refine((named) => Object.keys(named).length <= MAX_REGIONS)
      .transform((named) => Object.entries(named).map(([name, networks]) => ({ name, networks: blockList(networks) })))
      .parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'JSON such as {"lisbon":["192.0.2.0/24","2001:db8::/32"]}' });
    return z.NEVER;
  }
});

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash } = new URL(text);
  return pathname === '/' && search === '' && hash === '';
}

/** @throws where one is no network in CIDR's form */
function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    if (!/^\d{1,3}$/.test(bits)) throw new Error(`${network} is no network`);
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** A week. */
const MAX_RESCAN_MINUTES = 10_080;
const MINUTES = `a whole number of minutes up to ${MAX_RESCAN_MINUTES}, or 0 for never`;

const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('localhost'),
  DATA_DIR: z.string().min(1).default('./data'),
  MUSIC_DIR: z.string().min(1).optional(),
  AMQP_URL: url(['amqp:', 'amqps:']).optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  PUBLIC_URL: origin.optional(),
  SIGNALING_URL: origin.optional(),
  ORIGIN_URL: origin.optional(),
  ICE_SERVERS: iceServers.optional(),
  STUN_PORT: port.optional(),
  TURN_URL: url(['turn:', 'turns:']).optional(),
  TURN_SECRET: z.string().min(1).optional(),
  RELAY_ONLY: z.enum(['0', '1'], '0 or 1').default('0'),
  MIN_SWARM: count(1000).default(1),
  REGIONS: regions.optional(),
  LISTENBRAINZ_URL: service.optional(),
  TRANSCODE: z.enum(['auto', 'off'], 'auto or off').default('auto'),
  WATCH: z.enum(['on', 'off'], 'on or off').default('on'),
  RESCAN_MINUTES: z
    .string()
    .regex(/^\d{1,5}$/, MINUTES)
    .transform(Number)
    .refine((n) => n <= MAX_RESCAN_MINUTES, MINUTES)
    .default(60),
  SIGNUP: z.enum(['open', 'invite', 'closed'], 'open, invite or closed').default('closed'),
  MAX_STREAMS: count(1000).default(10),
  DOWNLOADS: z.enum(['on', 'admins', 'off'], 'on, admins or off').default('on'),
  TABS: z.enum(['each', 'shared'], 'each or shared').default('each'),
  ENXAME_SECRET: z
    .string()
    .refine((text) => text.trim().length >= MIN_SECRET_CHARS, {
      message: 'at least 32 characters, the same for every process (for example: openssl rand -base64 32)',
    })
    .optional(),
  METRICS_PORT: port.optional(),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'debug, info, warn or error').default('info'),
});

export interface Config {
  /** TCP port of HTTP and signaling. 0 = any free one. */
  port: number;
  host: string;
  /** Absolute. */
  dataDir: string;
  /** Absolute; imported at the start. */
  musicDir: string | null;
  /** Whether changes in imported folders are noticed as they happen. */
  watch: boolean;
  /** How often imported folders that cannot be watched are looked through; null: never. */
  rescanMinutes: number | null;
  /** Null: the embedded broker. */
  amqpUrl: string | null;
  /** Null: PGlite in `dataDir`. */
  databaseUrl: string | null;
  /** Where people reach the site, when not at the address it listens on (behind a proxy, say). */
  publicUrl: string | null;
  /** Origin of the signaling server; empty: the same as the page's. */
  signalingUrl: string;
  /** Where chunks are fetched from (a CDN, say); empty: the same as the page's. */
  originUrl: string;
  /** Null: this server's own STUN on `stunPort`. */
  iceServers: z.infer<typeof iceServers> | null;
  /** A relay for links that cannot be made directly, and the secret that it shares with us. Both or none. */
  turn: { url: string; secret: string } | null;
  /** Links are made through the relay alone, so that listeners do not see each other's address. */
  relayOnly: boolean;
  /** Accounts that must be in the swarm of a track before any two are made known to each other; 1: no such rule. */
  minSwarm: number;
  /** Networks that are near each other though their addresses do not say so, by a name; the first that fits counts. */
  regions: { name: string; networks: BlockList }[];
  /** UDP port of the STUN answerer. By default the number of signaling's TCP port. */
  stunPort: number;
  signup: 'open' | 'invite' | 'closed';
  /** Base address of the ListenBrainz-compatible server that listeners may forward their plays to, without a slash at its end. */
  listenbrainzUrl: string | null;
  /** Whether apps may have music converted by ffmpeg, where it is there. */
  transcode: 'auto' | 'off';
  /** Who may keep music as files: all listeners, administrators, or nobody. */
  downloads: 'on' | 'admins' | 'off';
  /** Tabs of one account that may play at the same time. */
  maxStreams: number;
  /** Whether each tab is a peer with a cache of its own, or the tabs of one browser share one. */
  tabs: 'each' | 'shared';
  /** Null: made at the first start and kept in `dataDir` (lib/secrets/secrets.ts). */
  secret: string | null;
  /** TCP port of /metrics and /healthz; null: none. */
  metricsPort: number | null;
  metricsHost: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/**
 * The whole configuration, from the environment.
 * @throws {ConfigError} naming the variable, its value and what is allowed
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  // An empty variable counts as not set, as in `MUSIC_DIR= npm start`; but an empty secret is one that got lost on its way here.
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && (value !== '' || name === 'ENXAME_SECRET')),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const value = name.endsWith('SECRET') ? '(hidden)' : withoutPassword(given[name] ?? '');
      return `${name} is "${value}", but must be: ${issue.message}`;
    });
    throw new ConfigError(lines.join('\n'));
  }
  const e = parsed.data;
  return {
    port: e.PORT,
    host: e.HOST,
    dataDir: resolve(e.DATA_DIR),
    musicDir: e.MUSIC_DIR === undefined ? null : resolve(e.MUSIC_DIR),
    watch: e.WATCH === 'on',
    rescanMinutes: e.RESCAN_MINUTES === 0 ? null : e.RESCAN_MINUTES,
    amqpUrl: e.AMQP_URL ?? null,
    databaseUrl: e.DATABASE_URL ?? null,
    publicUrl: e.PUBLIC_URL === undefined ? null : new URL(e.PUBLIC_URL).origin,
    signalingUrl: e.SIGNALING_URL === undefined ? '' : new URL(e.SIGNALING_URL).origin,
    originUrl: e.ORIGIN_URL === undefined ? '' : new URL(e.ORIGIN_URL).origin,
    iceServers: (e.ICE_SERVERS as Config['iceServers'] | undefined) ?? null,
    turn: turnOf(e.TURN_URL, e.TURN_SECRET),
    relayOnly: relayOnlyOf(e.RELAY_ONLY === '1', e.TURN_URL),
    minSwarm: e.MIN_SWARM,
    regions: e.REGIONS ?? [],
    stunPort: e.STUN_PORT ?? portOf(e.SIGNALING_URL) ?? e.PORT,
    signup: e.SIGNUP,
    listenbrainzUrl: e.LISTENBRAINZ_URL?.replace(/\/+$/, '') ?? null,
    transcode: e.TRANSCODE,
    maxStreams: e.MAX_STREAMS,
    downloads: e.DOWNLOADS,
    tabs: e.TABS,
    secret: e.ENXAME_SECRET ?? null,
    metricsPort: e.METRICS_PORT ?? null,
    metricsHost: e.METRICS_HOST,
    logLevel: e.LOG_LEVEL,
  };
}

/** @throws {ConfigError} when one is there without the other */
function turnOf(url: string | undefined, secret: string | undefined): Config['turn'] {
  if (url === undefined && secret === undefined) return null;
  if (url === undefined || secret === undefined) {
    throw new ConfigError('TURN_URL and TURN_SECRET belong together: set both or neither.');
  }
  return { url, secret };
}

/** @throws {ConfigError} where there is no relay: nobody would ever be linked */
function relayOnlyOf(relayOnly: boolean, url: string | undefined): boolean {
  if (relayOnly && url === undefined) throw new ConfigError('RELAY_ONLY needs a relay: set TURN_URL and TURN_SECRET.');
  return relayOnly;
}

/** The port that an address names; null where it names none (behind a proxy, say). */
function portOf(address: string | undefined): number | null {
  return Number((address && new URL(address).port) || 0) || null;
}

/** An address without its password, to be shown in logs and errors. */
export function withoutPassword(address: string): string {
  return address.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@');
}

/** A start that cannot go on, with a sentence that a person can act on. Printed without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
