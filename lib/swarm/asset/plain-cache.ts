/** Decrypted chunks kept so that small reads do not decrypt one again: 4 MiB. */
const MAX_PLAIN_CHUNKS = 64;

/** Decrypted chunks of all assets, least recently read first. */
export class PlainCache {
  private readonly chunks = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  get(versionId: string, chunk: number): Promise<Uint8Array<ArrayBuffer>> | undefined {
    const key = `${versionId}:${chunk}`;
    const plain = this.chunks.get(key);
    if (plain !== undefined) {
      this.chunks.delete(key);
      this.chunks.set(key, plain);
    }
    return plain;
  }

  set(versionId: string, chunk: number, plain: Promise<Uint8Array<ArrayBuffer>>): void {
    const key = `${versionId}:${chunk}`;
    this.chunks.set(key, plain);
    plain.catch(() => {
      if (this.chunks.get(key) === plain) this.chunks.delete(key);
    });
    const [oldest] = this.chunks.keys();
    if (this.chunks.size > MAX_PLAIN_CHUNKS && oldest !== undefined) this.chunks.delete(oldest);
  }

  evict(versionId: string): void {
    for (const key of [...this.chunks.keys()]) if (key.startsWith(`${versionId}:`)) this.chunks.delete(key);
  }
}
