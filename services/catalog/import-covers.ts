import { eq } from 'drizzle-orm';
import { makeSmallCover } from './covers';
import type { Deps } from './deps';
import { covers } from './schema';
import type { NewCover } from './store-files';
import type { TagsPool } from './tags-pool';
import type { Cover, FileTags } from './tags-worker';

/** Makes the covers of one import, each picture once. One that cannot be read is no cover, and no failure. */
export class ImportCovers {
  /** Pictures by their id: whether the catalogue has a cover of it. */
  private readonly met = new Map<string, Promise<boolean>>();
  /** Pictures beside files by their key, that the embedded ones could not be read in place of. */
  private readonly beside = new Map<string, Promise<Cover | null>>();
  private making: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly deps: Pick<Deps, 'orm' | 'media' | 'log'>,
    private readonly pool: Pick<TagsPool, 'run'>,
  ) {}

  /**
   * Sees to it that each picture is in the catalogue or among the answer.
   * @param pictures key of the picture beside each file, which is taken where the one in the file cannot be read
   * @returns the cover of each file
   */
  async of(
    answers: readonly FileTags[],
    pictures: readonly (string | null)[],
  ): Promise<{ coverIds: (string | null)[]; made: NewCover[] }> {
    const made: NewCover[] = [];
    const found = answers.map((answer) => ('cover' in answer ? answer.cover : null));
    const usable = await this.make(found, made);
    const fallbacks = await Promise.all(
      found.map((cover, i) => {
        const picture = pictures[i] ?? null;
        const needed = cover !== null && !usable.has(cover.id) && picture !== null && cover.source !== picture;
        return needed ? this.besideFile(picture) : null;
      }),
    );
    for (const id of await this.make(fallbacks, made)) usable.add(id);
    const idOf = (cover: Cover | null | undefined) => (cover && usable.has(cover.id) ? cover.id : null);
    return { coverIds: found.map((cover, i) => idOf(cover) ?? idOf(fallbacks[i])), made };
  }

  /** @returns ids of those that there is a cover of */
  private async make(wanted: readonly (Cover | null)[], made: NewCover[]): Promise<Set<string>> {
    const usable = new Set<string>();
    const some = wanted.filter((cover) => cover !== null);
    // The files of a task are read side by side: whichever was first has the bytes.
    for (const cover of some.toSorted((a, b) => Number(a.bytes === null) - Number(b.bytes === null))) {
      const known = this.met.get(cover.id) ?? this.makeOne(cover, made);
      this.met.set(cover.id, known);
      if (await known) usable.add(cover.id);
    }
    return usable;
  }

  private async makeOne({ id, source, bytes }: Cover, made: NewCover[]): Promise<boolean> {
    const [stored] = await this.deps.orm.select({ source: covers.source }).from(covers).where(eq(covers.id, id));
    if (stored !== undefined) {
      if (stored.source !== source) await this.moveSource(id, stored.source, source);
      return true;
    }
    try {
      // The other task that got the bytes may still be on its way.
      const original = bytes ?? (await this.pool.run({ kind: 'picture', mediaKey: source })).picture?.bytes ?? null;
      if (original === null) return false;
      // One at a time: sharp and file reads share Node's four threads for such work.
      const small = this.making.then(() => makeSmallCover(original));
      this.making = small.catch(() => undefined);
      made.push({ id, source, small: await small });
      return true;
    } catch (error) {
      this.deps.log.debug({ error, source }, 'a cover cannot be read');
      return false;
    }
  }

  /** The large cover is made from its source later: where that was moved or removed, another file that has the picture takes its place. */
  private async moveSource(id: string, from: string, to: string): Promise<void> {
    const isThere = await this.deps.media.stat(from).then(
      () => true,
      () => false,
    );
    if (!isThere) await this.deps.orm.update(covers).set({ source: to }).where(eq(covers.id, id));
  }

  private besideFile(source: string): Promise<Cover | null> {
    const known = this.beside.get(source);
    if (known !== undefined) return known.then((cover) => cover && { ...cover, bytes: null });
    const cover = this.pool.run({ kind: 'picture', mediaKey: source }).then(
      ({ picture }) => picture,
      () => null,
    );
    this.beside.set(source, cover);
    return cover;
  }
}
