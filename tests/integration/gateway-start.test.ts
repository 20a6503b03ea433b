/** What `npm start` decides before there is a server: whether to install and whether to build. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

let project: string;

/** The value of an expression over an export of one of the scripts, in the project's folder. */
function ask(script: string, expression: string): unknown {
  const url = pathToFileURL(join(process.cwd(), 'scripts', script)).href;
  const code = `const script = await import(${JSON.stringify(url)}); console.log(JSON.stringify(${expression}))`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: project, encoding: 'utf8' }),
  );
}
const digest = () => ask('stamp.mjs', 'script.sourcesDigest()');
const isBuilt = () => ask('stamp.mjs', 'script.isBuilt()');
const isInstalled = (options: { withDev?: boolean; folder?: string } = {}) =>
  ask('prepare.mjs', `script.isInstalled(${JSON.stringify(options)})`);

function write(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
}
function touch(file: string, secondsFromNow: number): void {
  const at = Date.now() / 1000 + secondsFromNow;
  utimesSync(join(project, file), at, at);
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'enxame-start-'));
  write('app/page.tsx', 'one');
  write('lib/a.ts', 'a');
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

test('a changed, new or renamed source asks for a build; a touched one, a test or another folder does not', () => {
  const before = digest();
  touch('lib/a.ts', 60);
  write('lib/a.test.ts', 'test');
  const elsewhere = `${project}-clone`;
  cpSync(project, elsewhere, { recursive: true });
  const original = project;
  project = elsewhere;
  expect(digest()).toBe(before);
  rmSync(elsewhere, { recursive: true });
  project = original;
  expect(digest()).toBe(before);
  write('lib/b.ts', 'a');
  const added = digest();
  expect(added).not.toBe(before);
  rmSync(join(project, 'lib/b.ts'));
  write('lib/c.ts', 'a');
  expect(digest()).not.toBe(added);
});

test('half a build is none', () => {
  expect(isBuilt()).toBe(false);
  write('build/main.mjs', '');
  write('.next/BUILD_ID', 'x');
  expect(isBuilt()).toBe(false);
  write('build/stamp.json', JSON.stringify({ digest: digest() }));
  expect(isBuilt()).toBe(true);
  write('build/stamp.json', '{"dig');
  expect(isBuilt()).toBe(false);
});

test('packages are installed when they are not there or not those of the lockfile', () => {
  const lock = (packages: Record<string, object>) => JSON.stringify({ packages });
  const next = { 'node_modules/next': { version: '16.0.0' } };
  const dev = { 'node_modules/vitest': { version: '4.0.0', dev: true } };
  write('package-lock.json', lock({ '': {}, ...next, ...dev }));
  expect(isInstalled()).toBe(false);
  write('node_modules/.package-lock.json', lock(next));
  touch('package-lock.json', 60);
  // Newer, but the same; without the development packages, which were left out.
  expect(isInstalled()).toBe(true);
  // Tests and benchmarks need those, however new what is installed is.
  touch('node_modules/.package-lock.json', 120);
  expect(isInstalled({ withDev: true })).toBe(false);
  write('node_modules/.package-lock.json', lock({ ...next, ...dev }));
  expect(isInstalled({ withDev: true })).toBe(true);
  // A folder with packages of its own is another matter.
  write('lab/swarm/package-lock.json', lock({ '': {}, ...next }));
  expect(isInstalled({ folder: 'lab/swarm' })).toBe(false);
  write('package-lock.json', lock({ '': {}, 'node_modules/next': { version: '16.0.1' } }));
  touch('package-lock.json', 60);
  expect(isInstalled()).toBe(false);
});

test('the lockfile names every optional package of every platform, so that npm ci takes it everywhere', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(optional.filter((name) => !names.has(name))).toEqual([]);
});
