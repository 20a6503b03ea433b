import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config';

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
}

const SECRET_FILE = 'secret.key';
/** DER prefix of a PKCS#8 Ed25519 private key; its 32-byte seed follows (RFC 8410, section 7). */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const RAW_PUBLIC_KEY_BYTES = 32;
/** 80 bits: short enough to be typed from a console, far too many to be guessed. */
const SETUP_TOKEN_CHARS = 20;

/** From `config.secret`, or from the file in the data folder, made with mode 0600 when there is none yet. */
export async function loadSecrets(config: Pick<Config, 'secret' | 'dataDir'>): Promise<Secrets> {
  return deriveSecrets(config.secret ?? (await readOrMakeSecret(config.dataDir)));
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
  };
}

async function readOrMakeSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, SECRET_FILE);
  await mkdir(dataDir, { recursive: true });
  const existing = await readFile(file, 'utf8').catch(ifMissing);
  if (existing !== undefined) return existing.trim();
  // Written whole under another name and then linked: a process that starts at the same time never reads half a secret.
  const draft = join(dataDir, `${SECRET_FILE}.${randomBytes(8).toString('hex')}`);
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
  return (await readFile(file, 'utf8')).trim();
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
