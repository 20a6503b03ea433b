/**
 * `npm start` and its sisters (`npm run web`, …): checks Node, installs what the lockfile names where that is not there yet,
 * builds where the sources changed, says what it does and how long it took, and becomes the server.
 * Plain Node without packages: it runs before there are any.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = [20, 19];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
process.env.NODE_ENV = 'production';
process.env.NEXT_TELEMETRY_DISABLED = '1';

checkNode();
const { prepare } = await import('./prepare.mjs');
await prepare();
await import(pathToFileURL(join(root, 'build', 'main.mjs')).href);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Enxame needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${process.versions.node}.\n` +
      'Install a newer version from https://nodejs.org and run npm start again.',
  );
  process.exit(1);
}
