/** Writes the migrations for whatever changed in the schemas: `npm run migrations`. They are committed. */
import { spawnSync } from 'node:child_process';

const SCHEMAS = [
  'lib/secrets',
  'lib/auth',
  'lib/messaging/embedded',
  'services/catalog',
  'services/playlists',
  'services/history',
];

for (const folder of SCHEMAS) {
  const { status } = spawnSync(
    'npx',
    [
      'drizzle-kit',
      'generate',
      '--dialect',
      'postgresql',
      '--schema',
      `./${folder}/**/*schema.ts`,
      '--out',
      `./${folder}/migrations`,
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}
