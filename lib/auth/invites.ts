import { randomBytes } from 'node:crypto';
import { and, eq, gt } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { Orm } from '@/lib/database/database';
import { hashCode } from './own-account';
import * as schema from './schema';

const INVITE_LIFE_MS = 7 * 24 * 3600 * 1000;

/** Leave to make an account, each for one, to be used within seven days. */
export function openInvites({ orm, now }: { orm: Orm; now: () => number }) {
  return {
    /** @param by the administrator's account */
    async make(by: string): Promise<{ code: string; expiresAt: number }> {
      const code = randomBytes(16).toString('base64url');
      const expiresAt = now() + INVITE_LIFE_MS;
      await orm
        .insert(schema.invite)
        .values({ codeHash: hashCode(code), expiresAt: new Date(expiresAt), createdBy: by });
      return { code, expiresAt };
    },

    /** Within the transaction that makes the account. @throws {EnxameError} `forbidden` for a code that is unknown, used or too old */
    async spend(tx: Orm, code: string): Promise<void> {
      const used = await tx
        .delete(schema.invite)
        .where(and(eq(schema.invite.codeHash, hashCode(code)), gt(schema.invite.expiresAt, new Date(now()))))
        .returning({ codeHash: schema.invite.codeHash });
      if (used.length === 0) throw new EnxameError('forbidden', 'This invitation is invalid, used or expired.');
    },
  };
}
