import { EnxameError } from '@/lib/contracts/errors';
import { openText, sealText } from '@/lib/secrets/sealed-text';

/** Whose token it is, and whom it may be shown to. */
export interface TokenOwner {
  accountId: string;
  server: string;
}

/** @param masterKey 32 bytes @returns nonce, wrapped token, tag */
export function wrapToken(masterKey: Buffer, owner: TokenOwner, token: string): Uint8Array {
  return sealText(sealing(masterKey, owner), token);
}

/** @throws {EnxameError} `internal` when it was wrapped under another secret, for another owner, or is damaged */
export function unwrapToken(masterKey: Buffer, owner: TokenOwner, wrapped: Uint8Array): string {
  try {
    return openText(sealing(masterKey, owner), wrapped);
  } catch (cause) {
    throw new EnxameError(
      'internal',
      'This server’s secret has changed since you entered the token. Enter the token again.',
      { cause },
    );
  }
}

const sealing = (masterKey: Buffer, { accountId, server }: TokenOwner) => ({
  masterKey,
  purpose: 'listen tokens',
  boundTo: [accountId, server],
});
