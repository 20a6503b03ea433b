import { BoundedMap } from '@/lib/util/bounded-map';

/** Decrypted chunks kept so that small reads do not decrypt one again: 4 MiB. */
const MAX_PLAIN_CHUNKS = 64;

/** Decrypted chunks of all assets, least recently read first. */
export class PlainCache {
  private readonly chunks = new BoundedMap<string, Promise<Uint8Array<ArrayBuffer>>>(MAX_PLAIN_CHUNKS);

  get(versionId: string, chunk: number): Promise<Uint8Array<ArrayBuffer>> | undefined {
    return this.chunks.get(`${versionId}:${chunk}`);
  }

  set(versionId: string, chunk: number, plain: Promise<Uint8Array<ArrayBuffer>>): void {
    const key = `${versionId}:${chunk}`;
    this.chunks.set(key, plain);
    plain.catch(() => {
      if (this.chunks.get(key) === plain) this.chunks.delete(key);
    });
  }

  evict(versionId: string): void {
    for (const [key] of this.chunks.all()) if (key.startsWith(`${versionId}:`)) this.chunks.delete(key);
  }
}
