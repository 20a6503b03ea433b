/** A data folder as a first start leaves it: making the database costs more than all the rest of a start. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Fills an empty data folder as the first start of this very build would. The first caller makes it; later ones, of later runs too, copy.
 * @param make starts the product in the folder and ends it
 */
export async function fillDataFolder(folder: string, make: () => Promise<void>): Promise<void> {
  const { digest } = JSON.parse(readFileSync(join('build', 'stamp.json'), 'utf8')) as { digest: string };
  const output = join('tests', 'output');
  const template = join(output, `data-${digest.slice(0, 16)}`);
  if (!existsSync(template)) {
    await make();
    await mkdir(output, { recursive: true });
    const old = readdirSync(output).filter((name) => name.startsWith('data-') && !template.includes(name.slice(0, 21)));
    await Promise.all(old.map((name) => rm(join(output, name), { recursive: true, force: true })));
    const draft = `${template}.${process.pid}`;
    await cp(folder, draft, { recursive: true });
    // Where another process was first, its folder stays.
    await rename(draft, template).catch(() => rm(draft, { recursive: true, force: true }));
    return;
  }
  await cp(template, folder, { recursive: true });
}
