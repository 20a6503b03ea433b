import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import { locale } from '@/lib/contracts/api/account';
import type { Database } from '@/lib/database/database';
import type { Secrets } from '@/lib/secrets/secrets';
import { hashPassword, verifyPassword } from './passwords';
import { account, session, user, verification } from './schema';

const SESSION_LIFE_S = 30 * 24 * 3600;
/** A session in use is prolonged once a day. */
const SESSION_REFRESH_S = 24 * 3600;

/**
 * Sessions and passwords by better-auth. Only its server functions are called (see accounts.ts): none of its routes are
 * mounted, so nothing of it is public that our own routes do not offer, and its request checks (origin, rates) are ours.
 */
export function makeBetterAuth(from: {
  database: Pick<Database, 'orm'>;
  config: Pick<Config, 'publicUrl'>;
  secrets: Pick<Secrets, 'authSecret'>;
  log: Log;
}) {
  const { publicUrl } = from.config;
  return betterAuth({
    appName: 'Enxame',
    // Only redirects and mails would use it, and there are none.
    baseURL: publicUrl ?? 'http://localhost',
    secret: from.secrets.authSecret,
    database: drizzleAdapter(from.database.orm, { provider: 'pg', schema: { user, session, account, verification } }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    user: {
      additionalFields: {
        role: { type: ['admin', 'listener'], input: false, required: true, defaultValue: 'listener' },
        disabled: { type: 'boolean', input: false, required: true, defaultValue: false },
        locale: { type: [...locale.options], input: false, required: false },
      },
    },
    // No cache in the cookie: an account that is disabled is out with its next request.
    session: { expiresIn: SESSION_LIFE_S, updateAge: SESSION_REFRESH_S, cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'enxame',
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      ipAddress: { disableIpTracking: true },
    },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => {
        if (level === 'error') from.log.error({ part: 'better-auth' }, message);
        // Wrong passwords and the like: ours to answer, nothing the operator needs to know.
        else from.log.debug({ part: 'better-auth' }, message);
      },
    },
  });
}
