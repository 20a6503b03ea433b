/** The terminal programs as one file each, which starts in a fraction of the time that their sources take. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface BundledCli {
  /** What `node` is to run. */
  path: string;
  remove(): Promise<void>;
}

/** @param entry path of the source below the project's folder */
export async function bundleCli(entry: string): Promise<BundledCli> {
  // Within the project: packages with native code stay outside of the bundle and are looked for from here.
  const output = join('tests', 'output');
  await mkdir(output, { recursive: true });
  const folder = await mkdtemp(join(output, 'cli-'));
  const path = join(folder, 'main.mjs');
  await build({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@roamhq/wrtc'],
    // What is bundled from CommonJS asks for Node's modules this way.
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    alias: { '@': process.cwd() },
    logLevel: 'error',
  });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
