import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Config, MIN_SECRET_CHARS, StartError } from '@/lib/config/config';
import type { Database } from '@/lib/database/database';
import { checkSecret, hasUsedSecret, secretIsMissing } from './secret-check';

/** Keys that every server process shares. Each is derived from one secret, so that operators copy one value. */
export interface Secrets {
  /** AES-256 key that wraps the content keys at rest; 32 bytes. */
  masterKey: Buffer;
  /** AES-256 key that hides in an asset ticket whose account it was made for; 32 bytes. */
  holderKey: Buffer;
  /** Ed25519: signs peer tokens, asset tickets and manifests. */
  signingKey: KeyObject;
  verifyKey: KeyObject;
  /** Raw Ed25519 public key, base64url, as pages get it. */
  publicKey: string;
  /** Secret of better-auth's cookies. */
  authSecret: string;
  /** What makes the first account away from loopback; the same on every web process. */
  setupToken: string;
  /** Tells this secret from another and nothing about it: a database keeps it, to know the secret it was made with. */
  fingerprint: string;
}

const SECRET_FILE = 'secret.key';
/** DER prefix of a PKCS#8 Ed25519 private key; its 32-byte seed follows (RFC 8410, section 7). */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const RAW_PUBLIC_KEY_BYTES = 32;
/** 80 bits: short enough to be typed from a console, far too many to be guessed. */
const SETUP_TOKEN_CHARS = 20;
const FINGERPRINT_BYTES = 16;

/**
 * From `config.secret`, or from the file in the data folder, made with mode 0600 when there is none yet and nothing was made with another.
 * @param database what the secret must fit; null where this process has none
 * @throws {StartError} when the file is damaged, is missing for a database that was made with one, or the secret is another than the database's
 */
export async function loadSecrets(
  config: Pick<Config, 'secret' | 'dataDir'>,
  database: Database | null,
): Promise<Secrets> {
  const file = join(config.dataDir, SECRET_FILE);
  const given = config.secret ?? (await readSecret(file));
  if (given === null && database !== null && (await hasUsedSecret(database))) throw secretIsMissing(file);
  const secrets = deriveSecrets(given ?? (await makeSecret(file)));
  const source = config.secret === null ? `What ${file} holds` : 'ENXAME_SECRET';
  if (database !== null) await checkSecret(database, secrets, source);
  return secrets;
}

export function deriveSecrets(secret: string): Secrets {
  const derive = (label: string) => Buffer.from(hkdfSync('sha256', secret, 'enxame', label, 32));
  const signingKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8_PREFIX, derive('signing')]),
    format: 'der',
    type: 'pkcs8',
  });
  const verifyKey = createPublicKey(signingKey);
  return {
    masterKey: derive('master'),
    holderKey: derive('holder'),
    signingKey,
    verifyKey,
    publicKey: verifyKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_PUBLIC_KEY_BYTES).toString('base64url'),
    authSecret: derive('auth').toString('base64url'),
    setupToken: derive('setup').toString('hex').slice(0, SETUP_TOKEN_CHARS),
    fingerprint: derive('fingerprint').subarray(0, FINGERPRINT_BYTES).toString('base64url'),
  };
}

/** Null when there is no such file. @throws {StartError} when what it holds cannot be a secret */
async function readSecret(file: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StartError(`The secret cannot be read from ${file}: ${(error as Error).message}.`);
  }
  const secret = text.trim();
  if (isSecret(secret)) return secret;
  throw new StartError(
    `${file} is empty or damaged: it must hold a secret of at least ${MIN_SECRET_CHARS} characters. Restore it from your backup. ` +
      'If this server has never been used, delete the file; a new one is created.',
  );
}

/** Long enough, and text: zeros or random bytes are what a crash or a failing disk leaves. */
function isSecret(text: string): boolean {
  return text.length >= MIN_SECRET_CHARS && !/[\p{Cc}\uFFFD]/u.test(text);
}

async function makeSecret(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  // Written whole under another name and then linked: a process that starts at the same time never reads half a secret.
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
  // What is encrypted under it must not outlast it when the power goes.
  const folder = await open(dirname(file));
  await folder.sync().finally(() => folder.close());
  return (await readFile(file, 'utf8')).trim();
}
