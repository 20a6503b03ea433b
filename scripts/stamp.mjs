/** Whether the build is of these sources: a digest of their contents, so that a touched file or another clone changes nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const STAMP = join('build', 'stamp.json');

const FOLDERS = ['app', 'i18n', 'lib', 'messages', 'public', 'server', 'services', 'signaling'];
const FILES = ['next.config.mjs', 'package-lock.json', 'postcss.config.mjs', 'tsconfig.json', 'scripts/build.mjs'];
/** In the rooms, but not in the build. */
const LEFT_OUT = /\.test\.tsx?$|\.md$|(^|\/)\./;

/** SHA-256 over names and contents of every source of the build, hex. */
export function sourcesDigest() {
  const hash = createHash('sha256');
  for (const file of [...FOLDERS.flatMap(filesIn), ...FILES.filter((file) => existsSync(file))]) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

export function isBuilt() {
  try {
    return (
      JSON.parse(readFileSync(STAMP, 'utf8')).digest === sourcesDigest() &&
      existsSync(join('.next', 'BUILD_ID')) &&
      existsSync(join('build', 'main.mjs'))
    );
  } catch {
    return false;
  }
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !LEFT_OUT.test(file))
    .sort();
}
