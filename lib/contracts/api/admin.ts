/** What administrators do: people, imports, and dead letters. */
import * as z from 'zod/mini';
import { importStatus } from '../catalog';
import { line, path } from '../fields';
import { accountId, accountRole, id } from '../ids';
import { durableQueues } from '../messages';
import { rpc } from '../rpc';
import { newAccount } from './account';
import { empty, endpoint } from './endpoint';

const person = z.object({
  id: accountId,
  name: z.string(),
  email: z.string(),
  role: accountRole,
  disabled: z.boolean(),
  createdAt: z.int(),
});
export type Person = z.infer<typeof person>;

const queue = z.enum(Object.values(durableQueues));

/** A message that its service could not handle. */
const deadLetter = z.object({
  /** Names it among those of its queue. */
  id: z.string(),
  queue,
  type: z.string(),
  reason: z.string(),
  failures: z.int(),
  failedAt: z.nullable(z.int()),
  /** The message as it came, its beginning only. */
  body: z.string(),
});
export type DeadLetter = z.infer<typeof deadLetter>;

const someDeadLetters = z.object({
  queue,
  /** None: all. */
  ids: z.optional(z.array(line(100)).check(z.minLength(1), z.maxLength(500))),
});
/** How many messages it was. */
const counted = z.object({ messages: z.int() });

export const admin = {
  people: endpoint({
    method: 'GET',
    path: '/api/people',
    access: 'admin',
    summary: 'Every account, the oldest first.',
    answer: z.object({ people: z.array(person) }),
  }),
  addPerson: endpoint({
    method: 'POST',
    path: '/api/people',
    access: 'admin',
    summary: 'Makes an account for somebody.',
    body: z.object({ ...newAccount.shape, role: accountRole }),
    status: 201,
    answer: person,
  }),
  changePerson: endpoint({
    method: 'PATCH',
    path: '/api/people/{id}',
    access: 'admin',
    summary: 'Disables or enables an account, or changes its role.',
    params: z.object({ id: accountId }),
    body: z.object({ disabled: z.optional(z.boolean()), role: z.optional(accountRole) }),
    answer: person,
  }),
  deletePerson: endpoint({
    method: 'DELETE',
    path: '/api/people/{id}',
    access: 'admin',
    summary: 'Deletes somebody else’s account and everything that belongs to it; cannot be undone.',
    params: z.object({ id: accountId }),
    answer: empty,
  }),
  resetLink: endpoint({
    method: 'POST',
    path: '/api/people/{id}/reset-link',
    access: 'admin',
    summary: 'Makes the code of a link with which somebody else’s password can be set once, within a day.',
    params: z.object({ id: accountId }),
    status: 201,
    answer: z.object({ code: z.string(), expiresAt: z.int() }),
  }),
  invite: endpoint({
    method: 'POST',
    path: '/api/invites',
    access: 'admin',
    summary: 'Makes an invite, with which one person may make an account where SIGNUP=invite.',
    status: 201,
    answer: z.object({ code: z.string(), expiresAt: z.int() }),
  }),
  deadLetters: endpoint({
    method: 'GET',
    path: '/api/dead-letters',
    access: 'admin',
    summary: 'Dead letters: messages that services could not handle, with the reason.',
    answer: z.object({ messages: z.array(deadLetter), total: z.int() }),
  }),
  replay: endpoint({
    method: 'POST',
    path: '/api/dead-letters/replay',
    access: 'admin',
    summary: 'Gives dead letters to their service again; without `ids`, all of a queue.',
    body: someDeadLetters,
    answer: counted,
  }),
  discard: endpoint({
    method: 'POST',
    path: '/api/dead-letters/discard',
    access: 'admin',
    summary: 'Deletes dead letters; without `ids`, all of a queue.',
    body: someDeadLetters,
    answer: counted,
  }),
  imports: endpoint({
    method: 'GET',
    path: '/api/imports',
    access: 'admin',
    summary: 'The imports of this server, and how far they are.',
    answer: rpc['catalog.imports'].result,
  }),
  startImport: endpoint({
    method: 'POST',
    path: '/api/imports',
    access: 'admin',
    summary:
      'Starts reading a folder of the server; `demo` is the music that comes with Enxame. With `reread`, files are read again whose size and time are as they were.',
    body: z.object({ folder: path, reread: z.optional(z.boolean()) }),
    status: 202,
    answer: importStatus,
  }),
  folders: endpoint({
    method: 'GET',
    path: '/api/folders',
    access: 'admin',
    summary: 'The folders of the library, and how each is kept up to date.',
    answer: rpc['catalog.folders'].result,
  }),
  removeFolder: endpoint({
    method: 'DELETE',
    path: '/api/folders/{id}',
    access: 'admin',
    summary: 'Takes a folder out of the library; its files stay, and its tracks come back if it is imported again.',
    params: z.object({ id }),
    answer: empty,
  }),
  withdraw: endpoint({
    method: 'PATCH',
    path: '/api/tracks/{id}',
    access: 'admin',
    summary: 'Takes a track out of circulation, or back into it.',
    params: z.object({ id }),
    body: z.object({ withdrawn: z.boolean() }),
    answer: empty,
  }),
  summary: endpoint({
    method: 'GET',
    path: '/api/summary',
    access: 'admin',
    summary: 'How much music there is.',
    answer: rpc['catalog.summary'].result,
  }),
} as const;
