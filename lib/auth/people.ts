import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { PublicPerson } from '@/lib/contracts/api/account';
import type { Person } from '@/lib/contracts/api/admin';
import { normalEmail } from '@/lib/contracts/fields';
import type { Orm } from '@/lib/database/database';
import * as schema from './schema';

/** Of those whose names match, so many are told: enough to pick from, too few to list everybody by. */
const MAX_FOUND = 8;
const MAX_WORDS = 4;
/** Letters with marks, and what people type for them. Both are searched as the latter. */
const MARKED = 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿø';
const PLAIN = 'aaaaaaceeeeiiiinooooouuuuyyo';

/** Looks up accounts, for administrators, for other listeners, and for the server itself. */
export function openPeople(orm: Orm) {
  const { id, name, email, disabled } = schema.user;
  return {
    /** Everybody, oldest account first. For administrators. */
    async people(): Promise<Person[]> {
      const rows = await orm.select().from(schema.user).orderBy(schema.user.createdAt, schema.user.id);
      return rows.map(toPerson);
    },

    /** What others may see of these accounts, in no order. */
    async publicPeople(ids: readonly string[]): Promise<PublicPerson[]> {
      if (ids.length === 0) return [];
      return orm
        .select({ id, name })
        .from(schema.user)
        .where(inArray(id, [...ids]));
    },

    /**
     * Accounts whose names have words that begin with those of `q`, whatever their accents and capitals, by name. Addresses are not searched.
     * @param besides an account that is left out: that of who asks
     */
    async findPeople(q: string, besides: string): Promise<PublicPerson[]> {
      const words = fold(q).split(/\s+/u).filter(Boolean).slice(0, MAX_WORDS);
      if (words.length === 0) return [];
      const folded = sql`' ' || translate(lower(${name}), ${MARKED}, ${PLAIN})`;
      const matches = words.map((word) => sql`${folded} like ${`% ${word.replace(/[\\%_]/g, '\\$&')}%`}`);
      return orm
        .select({ id, name })
        .from(schema.user)
        .where(and(eq(disabled, false), ne(id, besides), ...matches))
        .orderBy(name, id)
        .limit(MAX_FOUND);
    },

    /** The account of each address that somebody here has. For the server alone: whoever asks must not learn which those are. */
    async accountsByEmail(addresses: readonly string[]): Promise<Map<string, string>> {
      if (addresses.length === 0) return new Map();
      const rows = await orm
        .select({ id, email })
        .from(schema.user)
        .where(inArray(email, addresses.map(normalEmail)));
      return new Map(rows.map((row) => [row.email, row.id]));
    },
  };
}

/** As the database folds names. */
function fold(text: string): string {
  return [...text.normalize('NFC').toLowerCase()].map((letter) => PLAIN[MARKED.indexOf(letter)] ?? letter).join('');
}

export function toPerson(row: typeof schema.user.$inferSelect): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabled: row.disabled,
    createdAt: row.createdAt.getTime(),
  };
}
