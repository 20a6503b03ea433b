import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = process.cwd();
const execute = promisify(execFile);

/** A tree of planted files under the project's own rules. */
let tree: string;

async function makeTree() {
  tree = await mkdtemp(join(tmpdir(), 'enxame-rules-'));
  const linter = ['biome.json', join('scripts', 'no-hash-private.grit')];
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs', 'knip.json', ...linter]) {
    await cp(join(root, file), join(tree, file));
  }
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
}

const removeTree = () => rm(tree, { recursive: true, force: true });

async function plant(files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), text);
  }
}

/** Exit code and whatever was printed. */
async function check(program: string, ...args: string[]) {
  try {
    const { stdout, stderr } = await execute(join(root, 'node_modules', '.bin', program), args, { cwd: tree });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, text: failed.stdout + failed.stderr };
  }
}

describe('the dependency rules', () => {
  const cruise = () =>
    check('depcruise', '--config', '.dependency-cruiser.cjs', 'app', 'lib', 'services', 'signaling', 'testing');
  const innocent = {
    'app/page.tsx': 'export const page = 1;\n',
    'lib/config/config.ts': 'export const config = 1;\n',
    'lib/contracts/ids.ts': 'export const id = 1;\n',
    'services/history/service.ts': "import { id } from '@/lib/contracts/ids';\nexport const history = id;\n",
    'signaling/service.ts': 'export const signaling = 1;\n',
    'lib/util/testing/fake.ts': 'export const fake = 1;\n',
    'lib/util/node/pool.ts': 'export const pool = 1;\n',
    'testing/product.ts': 'export const product = 1;\n',
  };

  const broken = [
    ['contracts-stand-alone', 'lib/contracts/bad.ts', '@/lib/config/config'],
    ['assets-know-contracts-only', 'lib/assets/bad.ts', '@/lib/config/config'],
    ['schedule-is-pure', 'lib/swarm/schedule/bad.ts', '@/lib/config/config'],
    ['util-knows-contracts-only', 'lib/util/bad.ts', '@/lib/config/config'],
    ['client-knows-contracts-and-util', 'lib/client/bad.ts', '@/lib/config/config'],
    ['no-test-doubles-in-the-product', 'lib/auth/bad.ts', '@/lib/util/testing/fake'],
    ['no-test-doubles-in-the-product', 'lib/auth/starts.ts', '@/testing/product'],
    ['tests-and-benchmarks-apart', 'testing/bad.ts', '@/tests/support/gateway'],
    ['browser-only-what-browsers-may', 'lib/swarm/node.ts', '@/lib/util/node/pool'],
    ['lib-knows-no-parts', 'lib/messaging/bad.ts', '@/services/history/service'],
    ['services-talk-through-the-bus', 'services/catalog/bad.ts', '@/services/history/service'],
    ['parts-know-no-parts', 'signaling/bad.ts', '@/services/history/service'],
    ['browser-only-what-browsers-may', 'lib/player/bad.ts', '@/lib/config/config'],
    ['browser-only-what-browsers-may', 'app/components/bad.tsx', '@/lib/config/config'],
    ['media-files-through-the-store', 'services/catalog/disk.ts', 'node:fs/promises'],
    ['media-files-through-the-store', 'lib/sealing/disk.ts', 'node:fs'],
    ['media-store-knows-formats-only', 'lib/media-store/bad.ts', '@/lib/config/config'],
    ['no-node-in-the-browser', 'lib/swarm/bad.ts', 'node:fs'],
    ['no-whole-zod-in-the-browser', 'lib/contracts/zod.ts', 'zod'],
    ['schemas-load-later', 'app/components/schema.tsx', '@/lib/contracts/ids'],
  ] as const;
  /** What is printed of the innocent tree, and of one in which every rule is broken. */
  let innocentTree: { code: number; text: string };
  let brokenTree: { code: number; text: string };

  beforeAll(async () => {
    await makeTree();
    await plant(innocent);
    innocentTree = await cruise();
    for (const [, file, imported] of broken) {
      await plant({ [file]: `import * as x from '${imported}';\nexport const bad = x;\n` });
    }
    await plant({
      'tests/support/gateway.ts': 'export const gateway = 1;\n',
      'lib/config/a.ts': "import { b } from './b';\nexport const a = () => b;\n",
      'lib/config/b.ts': "import { a } from './a';\nexport const b = () => a;\n",
    });
    brokenTree = await cruise();
  });
  afterAll(removeTree);

  it('let an innocent tree pass, having read all of it', () => {
    expect(innocentTree.text).toMatch(/8 modules, 1 dependencies cruised/);
    expect(innocentTree.code).toBe(0);
  });

  it.each(broken)('find what breaks %s in %s', (rule, file) => {
    expect(brokenTree.text).toContain(`error ${rule}: ${file}`);
    expect(brokenTree.code).not.toBe(0);
  });

  it('find a circle', () => {
    expect(brokenTree.text).toContain('error no-circles');
  });
});

describe('the other checks', () => {
  beforeEach(makeTree);
  afterEach(removeTree);

  it('dead code is found: a file nobody imports, an export nobody uses', async () => {
    await plant({
      'server/main.ts': "import { used } from '../lib/config/two';\nused();\n",
      'lib/config/two.ts': 'export const used = () => {};\nexport const unused = () => {};\n',
      'lib/config/orphan.ts': 'export const orphan = 1;\n',
    });
    const { code, text } = await check('knip', '--include', 'files,exports');
    expect(text).toMatch(/lib\/config\/orphan\.ts/);
    expect(text).toMatch(/unused\s+lib\/config\/two\.ts/);
    expect(code).not.toBe(0);
  });

  it('the linter finds an escape from the type checker', async () => {
    await plant({ 'lib/config/escape.ts': 'export const x = JSON.parse("1") as any;\n' });
    const { code, text } = await check('biome', 'check', 'lib');
    expect(text).toContain('noExplicitAny');
    expect(code).not.toBe(0);
  });

  it('the linter finds a private member that is written another way', async () => {
    await plant({ 'lib/config/hidden.ts': 'export class Hidden {\n  #x = 1;\n  y() {\n    return this.#x;\n  }\n}\n' });
    const { code, text } = await check('biome', 'check', 'lib');
    expect(text).toContain('Write `private name`');
    expect(code).not.toBe(0);
  });

  it.each([
    "import { open } from 'node:fs/promises';\nexport const x = open;\n",
    "import * as fs from 'node:fs';\nexport const x = fs.openSync;\n",
    "import fs from 'fs';\nexport const x = fs.readFileSync;\n",
    "import { parseFile } from 'music-metadata';\nexport const x = parseFile;\n",
  ])('the linter finds who opens files of the music folder by itself: %s', async (text) => {
    await plant({ 'services/catalog/bad.ts': text, 'lib/media-store/folder/open-file.ts': text });
    const { code, text: printed } = await check('biome', 'check', 'services', 'lib');
    expect(printed).toContain('services/catalog/bad.ts');
    expect(printed).toContain('lint/style/noRestrictedImports');
    expect(printed).not.toMatch(/open-file\.ts:\d.*noRestrictedImports/);
    expect(code).not.toBe(0);
  });
});
