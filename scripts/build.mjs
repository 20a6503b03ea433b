/**
 * Builds what `npm start` runs: the server (esbuild, into build/), the pages (Next, into .next/) and an empty database
 * (build/database, copied by the first start), then writes a stamp of the sources it was made of. `--if-needed`: only when the sources differ from the stamp.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt, STAMP, sourcesDigest } from './stamp.mjs';

const root = join(import.meta.dirname, '..');
process.chdir(root);

/**
 * Packages stay outside of the bundle: some bring files of their own (WebAssembly, native code, worker threads). But these are
 * hundreds of small files each, which cost half a second of every start unless they are one.
 */
const BUNDLED = /^(better-auth|drizzle-orm|jose|zod)(\/|$)/;
/** Outside even where a bundled package asks for them. */
const NEVER_BUNDLED = /^(node:|@electric-sql\/|pg$|@opentelemetry\/)/;
const packagesPlugin = {
  name: 'packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@/')) return undefined;
      const isBundled = BUNDLED.test(path) || importer.includes('node_modules');
      return isBundled && !NEVER_BUNDLED.test(path) ? undefined : { path, external: true };
    });
  },
};

if (process.argv.includes('--if-needed') && isBuilt()) process.exit(0);
const digest = sourcesDigest();
// Away first: whatever interrupts the build, half of one is never taken for a whole.
rmSync(STAMP, { force: true });
const results = await Promise.allSettled([buildServer(), buildPages(), makeDatabase()]);
const failed = results.filter((result) => result.status === 'rejected');
for (const { reason } of failed) console.error(reason.message);
if (failed.length > 0) process.exit(1);
mkdirSync('build', { recursive: true });
writeFileSync(STAMP, JSON.stringify({ digest, builtAt: new Date().toISOString() }));

async function buildServer() {
  const { build } = await import('esbuild');
  rmSync('build/chunks', { recursive: true, force: true });
  await build({
    entryPoints: {
      main: 'server/main.ts',
      'tags-worker': 'services/catalog/tags-worker.ts',
      'seal-worker': 'lib/sealing/seal-worker.ts',
      'measure-worker': 'services/catalog/loudness/measure-worker.ts',
      'playlist-file-worker': 'lib/playlist-files/read-worker.ts',
    },
    outdir: 'build',
    bundle: true,
    // Each process loads only the chunks of its own part.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20.19',
    plugins: [packagesPlugin],
    // What is bundled from CommonJS asks for Node's modules this way.
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    alias: { '@': root },
    logLevel: 'warning',
  });
}

function buildPages() {
  return runNode('The pages', [join('node_modules', 'next', 'dist', 'bin', 'next'), 'build']);
}

/** What initdb makes. */
function makeDatabase() {
  const folder = join('build', 'database');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync('build', { recursive: true });
  const script = `
    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create(process.argv[1]);
    await database.close();`;
  return runNode('The empty database', ['--input-type=module', '-e', script, folder]);
}

function runNode(what, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('exit', (code) => {
      // Told only when it matters: a person who starts a music server need not read a bundler's report.
      if (code === 0) resolve();
      else reject(new Error(`${output}\n${what} could not be built (exit code ${code}).`));
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal) && process.exit(1));
  });
}
