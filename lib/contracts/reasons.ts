/**
 * Reasons that administrators read: why a file was not imported, and how a component is. The sentence beside a code is English and has the
 * particulars; pages in another language show their own text for the code (`messages/`).
 */
import * as z from 'zod/mini';

export const importFault = z.enum([
  'empty',
  'video',
  'no_audio',
  'truncated',
  'damaged',
  /** Not a format that Enxame plays. */
  'unsupported',
  'missing',
  'not_a_file',
  'broken_link',
  'path_too_long',
  'too_large',
  'too_slow',
  'forbidden',
  'disk_error',
  'unreadable',
  'folder_forbidden',
  'folder_unreadable',
  /** The server failed to seal it. */
  'not_sealed',
  /** Kept among the failures of an import, and told apart from them: files of a type that is not played. */
  'skipped',
]);
export type ImportFault = z.infer<typeof importFault>;

/** Why a whole import ended early. */
export const importEnd = z.enum(['interrupted', 'server_error', 'folder_missing', 'folder_empty', 'folder_removed']);
export type ImportEnd = z.infer<typeof importEnd>;

/** Why nothing is known about a folder's files now. `folder_empty`: it held music before. */
export const folderProblem = z.enum(['folder_missing', 'folder_empty', 'folder_unreadable', 'server_error']);
export type FolderProblem = z.infer<typeof folderProblem>;

/** Why a folder is looked through by schedule alone. `too_many_folders`: the system's limit for watching is reached. */
export const watchProblem = z.enum(['too_many_folders', 'network_folder', 'not_watchable']);
export type WatchProblem = z.infer<typeof watchProblem>;

export const healthCode = z.enum([
  'stopping',
  'closed',
  /** `ms` */
  'no_answer',
  'database_refused',
  'disk_unknown',
  /** `freeMib`; `neededMib` */
  'disk_full',
  'disk_low',
  /** `address` */
  'broker_away',
  'broker_blocked',
  'embedded_broker',
  'rabbitmq',
  'music_folder',
  'origin_busy',
  'origin_without_catalog',
  /** `port` */
  'stun_port',
  /** `peers`, `observers` */
  'connections',
]);

export const componentHealth = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  /** A sentence or a few words in English. */
  detail: z.optional(z.string()),
  code: z.optional(healthCode),
  /** What the code's text names. */
  values: z.optional(z.record(z.string().check(z.maxLength(40)), z.union([z.string(), z.number()]))),
});
export type ComponentHealth = z.infer<typeof componentHealth>;
