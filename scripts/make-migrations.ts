/** Writes the migrations for whatever changed in the schemas: `npm run migrations`. They are committed. */
import { spawnSync } from 'node:child_process';

const ROOMS = [
  'lib/secrets',
  'lib/auth',
  'lib/messaging',
  'services/catalog',
  'services/playlists',
  'services/history',
];

for (const room of ROOMS) {
  const { status } = spawnSync(
    'npx',
    [
      'drizzle-kit',
      'generate',
      '--dialect',
      'postgresql',
      '--schema',
      `./${room}/schema.ts`,
      '--out',
      `./${room}/migrations`,
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}
