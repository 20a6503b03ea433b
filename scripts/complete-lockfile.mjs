/**
 * `npm run lockfile`, after a change of dependencies: names in package-lock.json the optional packages of other platforms that
 * npm left out because the registry it asked did not have them. Without them `npm ci` refuses the lockfile everywhere.
 * Only packages whose parent pins an exact version are named, so nothing is guessed but the platform in their names.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const { packages } = lock;

for (const [path, parent] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isNamed(path, name) || !/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) continue;
    packages[`node_modules/${name}`] = {
      version,
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
      ...platformOf(name),
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);

/** Whether `name` resolves from the package at `path`, as Node would look for it. */
function isNamed(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

function platformOf(name) {
  const found = (...words) => words.find((word) => name.includes(word));
  const os = found('darwin', 'win32', 'android', 'freebsd', 'openharmony', 'linux');
  const cpu = found('arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'wasm32', 'arm');
  const libc = os === 'linux' ? found('musl', 'gnu')?.replace('gnu', 'glibc') : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(os === undefined ? {} : { os: [os] }),
  };
}
