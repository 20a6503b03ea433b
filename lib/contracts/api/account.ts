/** Sessions, and accounts that people make themselves. */
import * as z from 'zod/mini';
import { LOCALES, MAX_APP_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_NAME_QUERY_CHARS, MIN_PASSWORD_CHARS } from '../choices';
import { email, line } from '../fields';
import { accountId, accountRole, id, sessionId } from '../ids';
import { device } from '../signaling';
import { empty, endpoint } from './endpoint';

const personName = line(100, 1);
const newPassword = z.string().check(z.minLength(MIN_PASSWORD_CHARS), z.maxLength(MAX_PASSWORD_CHARS));
/** One that was chosen before: it may be from another server's rules. */
const currentPassword = z.string().check(z.maxLength(MAX_PASSWORD_CHARS));

/** Name, e-mail address and password of an account that is being made. */
export const newAccount = z.object({ name: personName, email, password: newPassword });

/** The interface's languages. */
export const locale = z.enum(LOCALES);
export type { Locale } from '../choices';

/** All that one listener may see of another. Beside playlists: the accounts that they mention. */
export const publicPerson = z.object({ id: accountId, name: z.string() });
export type PublicPerson = z.infer<typeof publicPerson>;

/** Who is here, and what this server allows. */
export const me = z.object({
  account: z.nullable(
    z.object({
      id: accountId,
      name: z.string(),
      email: z.string(),
      role: accountRole,
      /** The language chosen for the pages; null: none was, and each browser's own is taken. */
      locale: z.nullable(locale),
    }),
  ),
  /** No account exists yet: lead to the first-run page. */
  firstRun: z.boolean(),
  /** The first-run page must ask for the token on the server's console. */
  setupTokenNeeded: z.boolean(),
  signup: z.enum(['open', 'invite', 'closed']),
  /** Whether each tab is a peer of its own, or the tabs of one browser share one. */
  tabs: z.enum(['each', 'shared']),
  /** Whether links can go through a relay, or must. */
  relay: z.enum(['none', 'offered', 'only']),
  /** Whether music may be downloaded as files by who is here. */
  downloads: z.boolean(),
});
export type Me = z.infer<typeof me>;

/** An app password, as its owner sees it; the password itself is shown once, when it is made. */
export const appPassword = z.object({
  id,
  /** What its owner calls the device. */
  name: z.string(),
  /** Epoch ms. */
  createdAt: z.int(),
  /** Epoch ms, to the minute; null: never. */
  lastUsedAt: z.nullable(z.int()),
  /** The address it was used from last. */
  lastAddress: z.nullable(z.string()),
  /** What the app called itself then. */
  lastClient: z.nullable(z.string()),
});
export type AppPassword = z.infer<typeof appPassword>;
export const appPasswordName = line(MAX_APP_NAME_CHARS, 1);

/** A browser, or another program, that is signed in. */
export const openSession = z.object({
  id: sessionId,
  /** The one that asks. */
  isCurrent: z.boolean(),
  /** By its own word. */
  device,
  /** The address it was used from last; null: not known. */
  address: z.nullable(z.string()),
  /** Epoch ms. */
  createdAt: z.int(),
  /** Epoch ms, to the minute. */
  lastUsedAt: z.int(),
});
export type OpenSession = z.infer<typeof openSession>;

export const account = {
  me: endpoint({
    method: 'GET',
    path: '/api/me',
    access: 'anyone',
    summary: 'Who is signed in, and what this server allows. Answers also when nobody is.',
    answer: me,
  }),
  changeMe: endpoint({
    method: 'PATCH',
    path: '/api/me',
    access: 'listener',
    summary: 'Sets your name, or the language of the pages for every browser in which this account is signed in.',
    body: z.object({ locale: z.optional(locale), name: z.optional(personName) }),
    answer: empty,
  }),
  changeEmail: endpoint({
    method: 'POST',
    path: '/api/me/email',
    access: 'listener',
    summary: 'Sets the email address that you sign in with. Takes the current password.',
    body: z.object({ email, currentPassword }),
    answer: empty,
  }),
  changePassword: endpoint({
    method: 'POST',
    path: '/api/me/password',
    access: 'listener',
    summary: 'Sets a new password. Takes the current one.',
    body: z.object({
      currentPassword,
      newPassword,
      /** Ends every other session. */
      signOutOthers: z.boolean(),
    }),
    answer: empty,
  }),
  exportMe: endpoint({
    method: 'GET',
    path: '/api/me/export',
    access: 'listener',
    summary:
      'All that this server has of you, as one archive: account, playlists, favourites and ratings, plays, queue and bookmarks.',
    media: ['application/zip'],
  }),
  deleteMe: endpoint({
    method: 'POST',
    path: '/api/me/delete',
    access: 'listener',
    summary: 'Deletes your account and everything that belongs to it. Takes the current password; cannot be undone.',
    body: z.object({ currentPassword }),
    answer: empty,
  }),
  sessions: endpoint({
    method: 'GET',
    path: '/api/sessions',
    access: 'listener',
    summary: 'Where your account is signed in, the last used first.',
    answer: z.object({ sessions: z.array(openSession) }),
  }),
  endSession: endpoint({
    method: 'DELETE',
    path: '/api/sessions/{id}',
    access: 'listener',
    summary: 'Signs one browser out.',
    params: z.object({ id: sessionId }),
    answer: empty,
  }),
  endSessions: endpoint({
    method: 'POST',
    path: '/api/sessions/end',
    access: 'listener',
    summary: 'Signs out everywhere, on wish except here, and on wish in apps, too.',
    body: z.object({
      keepThis: z.boolean(),
      /** Revokes every app password. */
      apps: z.boolean(),
    }),
    answer: z.object({
      /** Sessions that have ended. */
      sessions: z.int(),
    }),
  }),
  resetPassword: endpoint({
    method: 'POST',
    path: '/api/auth/reset-password',
    access: 'anyone',
    summary: 'Sets a new password with the code of a reset link, and signs out everywhere.',
    body: z.object({ code: line(100, 1), newPassword }),
    answer: empty,
  }),
  findPeople: endpoint({
    method: 'GET',
    path: '/api/people/search',
    access: 'listener',
    summary:
      'A few listeners by their names, to share a playlist with. Answers ids and names alone, and searches nothing else.',
    query: z.object({ q: line(100, MIN_NAME_QUERY_CHARS) }),
    answer: z.object({ people: z.array(publicPerson) }),
  }),
  appPasswords: endpoint({
    method: 'GET',
    path: '/api/app-passwords',
    access: 'listener',
    summary: 'Your app passwords, which sign apps in to the OpenSubsonic API, and what else an app is to be told.',
    answer: z.object({
      /** Where apps find this server, when it is not where the page came from. */
      server: z.nullable(z.string()),
      userName: z.string(),
      appPasswords: z.array(appPassword),
    }),
  }),
  makeAppPassword: endpoint({
    method: 'POST',
    path: '/api/app-passwords',
    access: 'listener',
    summary: 'Makes an app password for one device. This answer alone tells it.',
    body: z.object({ name: appPasswordName }),
    status: 201,
    answer: z.object({ appPassword, password: z.string() }),
  }),
  revokeAppPassword: endpoint({
    method: 'DELETE',
    path: '/api/app-passwords/{id}',
    access: 'listener',
    summary: 'Revokes an app password: what used it must be connected anew.',
    params: z.object({ id }),
    answer: empty,
  }),
  setUp: endpoint({
    method: 'POST',
    path: '/api/setup',
    access: 'anyone',
    summary: 'Makes the first account, an administrator’s, and signs in.',
    body: z.object({
      ...newAccount.shape,
      /** Only away from loopback. */
      setupToken: z.optional(line(100)),
    }),
    status: 201,
    answer: empty,
  }),
  signUp: endpoint({
    method: 'POST',
    path: '/api/signup',
    access: 'anyone',
    summary: 'Makes a listener’s account, where the server allows it, and signs in.',
    body: z.object({
      ...newAccount.shape,
      /** Where SIGNUP=invite. */
      invite: z.optional(line(100)),
    }),
    status: 201,
    answer: empty,
  }),
  signIn: endpoint({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    access: 'anyone',
    summary: 'Starts a session, whose cookie comes with the answer.',
    body: z.object({ email: line(254), password: z.string().check(z.maxLength(MAX_PASSWORD_CHARS)) }),
    answer: empty,
  }),
  signOut: endpoint({
    method: 'POST',
    path: '/api/auth/sign-out',
    access: 'anyone',
    summary: 'Ends the session of this cookie. Also right when it has ended before.',
    answer: empty,
  }),
} as const;
