import { eq } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { RpcResult } from '@/lib/contracts/rpc';
import { COVER_MIME, makeLargeCover } from './covers';
import type { Deps } from './deps';
import { covers } from './schema';
import { openTagsPool, type TagsPool } from './tags-pool';

/** Covers as the pages get them. */
export class CoverStore {
  private readonly making = new Map<string, Promise<Uint8Array>>();
  private pool: TagsPool | null = null;

  constructor(private readonly deps: Deps) {}

  /** @throws {EnxameError} `not_found` */
  async get(id: string, size: 'small' | 'large'): Promise<RpcResult<'catalog.cover'>> {
    const [cover] = await this.deps.orm
      .select({ bytes: size === 'small' ? covers.small : covers.large })
      .from(covers)
      .where(eq(covers.id, id));
    if (cover === undefined) throw new EnxameError('not_found', 'This cover does not exist.');
    const bytes = cover.bytes ?? (await this.large(id));
    return { mime: COVER_MIME, base64: Buffer.from(bytes).toString('base64') };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.making.values());
    await this.pool?.close();
  }

  /** Large covers take 60 ms to make: imports leave them to the first who looks at one. */
  private large(id: string): Promise<Uint8Array> {
    const making = this.making.get(id) ?? this.makeLarge(id).finally(() => this.making.delete(id));
    this.making.set(id, making);
    return making;
  }

  private async makeLarge(id: string): Promise<Uint8Array> {
    const { orm, log } = this.deps;
    const [cover] = await orm
      .select({ small: covers.small, source: covers.source })
      .from(covers)
      .where(eq(covers.id, id));
    if (cover === undefined) throw new EnxameError('not_found', 'This cover does not exist.');
    try {
      this.pool ??= openTagsPool(this.deps.media);
      const { picture } = await this.pool.run({ kind: 'picture', mediaKey: cover.source });
      // Another picture lies there by now: the next import makes a cover of it.
      if (picture?.id !== id || picture.bytes === null) return cover.small;
      const large = await makeLargeCover(picture.bytes);
      await orm.update(covers).set({ large }).where(eq(covers.id, id));
      return large;
    } catch (error) {
      log.debug({ error, source: cover.source }, 'a large cover cannot be made; the small one is shown');
      return cover.small;
    }
  }
}
