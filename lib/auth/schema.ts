import { boolean, index, pgSchema, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { type Locale, locale } from '@/lib/contracts/api/account';
import { makeOutboxTable } from '@/lib/messaging/outbox/tables';

/** The tables of better-auth (user, session, account, verification), and what our own routes need beside them. */
export const auth = pgSchema('auth');

const at = (name: string) => timestamp(name, { withTimezone: true });

export const user = auth.table('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** Lower case. */
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  role: text('role', { enum: ['admin', 'listener'] })
    .notNull()
    .default('listener'),
  disabled: boolean('disabled').notNull().default(false),
  /** The language that was chosen for the pages; null: none was, and each browser's own is taken. */
  locale: text('locale', { enum: locale.options as [Locale, ...Locale[]] }),
  createdAt: at('created_at').notNull().defaultNow(),
  updatedAt: at('updated_at').notNull().defaultNow(),
});

export const session = auth.table(
  'session',
  {
    id: text('id').primaryKey(),
    token: text('token').notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    expiresAt: at('expires_at').notNull(),
    /** Where it was used from last, and by what; null: not known. */
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    /** To the minute. Null: not since this is noted. */
    lastUsedAt: at('last_used_at'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [index('session_user').on(table.userId)],
);

/** A way to sign in: here always `credential`, an e-mail address with a password. */
export const account = auth.table(
  'account',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: at('access_token_expires_at'),
    refreshTokenExpiresAt: at('refresh_token_expires_at'),
    scope: text('scope'),
    /** Argon2id, PHC string. */
    password: text('password'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('account_provider').on(table.userId, table.providerId)],
);

export const verification = auth.table(
  'verification',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: at('expires_at').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [index('verification_identifier').on(table.identifier)],
);

/** Leave to make one account. Gone once used. */
export const invite = auth.table('invite', {
  /** SHA-256 of the code, base64url: whoever reads the database cannot use it. */
  codeHash: text('code_hash').primaryKey(),
  expiresAt: at('expires_at').notNull(),
  createdBy: text('created_by')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' }),
});

/** Leave to choose a new password without the old one. One an account; gone once used. */
export const passwordReset = auth.table('password_reset', {
  userId: text('user_id')
    .primaryKey()
    .references(() => user.id, { onDelete: 'cascade' }),
  /** SHA-256 of the code, base64url: whoever reads the database cannot use it. */
  codeHash: text('code_hash').notNull().unique(),
  expiresAt: at('expires_at').notNull(),
});

/** Signs one device's app in to the OpenSubsonic API as an account. Gone once revoked. */
export const appPassword = auth.table(
  'app_password',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** What its owner calls the device. */
    name: text('name').notNull(),
    /** The password itself, sealed (app-passwords.ts), base64url: apps prove that they know it by a hash of it with a salt. */
    sealed: text('sealed').notNull(),
    /** SHA-256 of the password, base64url: finds it where it is sent by itself, as an API key. */
    hash: text('hash').notNull().unique(),
    createdAt: at('created_at').notNull().defaultNow(),
    lastUsedAt: at('last_used_at'),
    /** Where from. */
    lastAddress: text('last_address'),
    /** What the app calls itself. */
    lastClient: text('last_client'),
  },
  (table) => [index('app_password_user').on(table.userId)],
);

/** Deleted accounts of which the services are told once more: what was on its way when they erased is erased then. */
export const erasure = auth.table('erasure', {
  accountId: text('account_id').primaryKey(),
  /** Not before. */
  dueAt: at('due_at').notNull(),
});

/** Facts about accounts on their way to the bus. */
export const outbox = makeOutboxTable(auth);
