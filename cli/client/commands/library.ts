import type { ImportStatus } from '@/lib/contracts/catalog';
import { plain } from '../output';
import * as ask from '../requests';
import type { Cli } from './cli';

/** `library import` and `library imports`, for administrators. */
export function addLibraryCommands({ program, open, tell }: Cli): void {
  const library = program.command('library').description('add music to the library (administrators)');
  library
    .command('import')
    .description('import a folder of the server, or what is new in it')
    .argument('<folder>', 'full path on the server')
    .option('--reread', 'read all files again, also those whose size and date are as they were')
    .action(async (folder: string, { reread }: { reread?: boolean }) =>
      tell(await ask.startImport(await open(), folder, reread === true), importText),
    );
  library
    .command('imports')
    .description('list the latest imports: how far they are, and what they could not read')
    .action(async () =>
      tell(await ask.imports(await open()), ({ imports }) =>
        imports.length === 0 ? 'Nothing was imported yet.' : imports.map(importText).join('\n\n'),
      ),
    );
}

function importText(run: ImportStatus): string {
  const { folder, state, error, read, found, added, changed, unchanged, missing, failed, skipped = [] } = run;
  const skippedFiles = skipped.reduce((sum, { count }) => sum + count, 0);
  return [
    `${plain(folder)}: ${state}`,
    ...(error === null ? [] : [error]),
    `${read} of ${found} files read; ${added} new, ${changed} changed, ${unchanged} unchanged, ${missing} missing`,
    ...(skippedFiles === 0
      ? []
      : [`${skippedFiles} files skipped (${skipped.map(({ ending }) => plain(ending)).join(', ')})`]),
    ...failed.map(({ file, reason }) => `${plain(file)}: ${plain(reason)}`),
  ].join('\n');
}
