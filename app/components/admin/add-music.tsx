'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FolderOpen, Music4 } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { FormEvent } from 'react';
import { gateway } from '../ask';
import { fieldIssues } from '../gateway';
import { keys, useImports } from '../queries';
import { Button, buttonClass } from '../ui/button';
import { Field } from '../ui/field';
import { ErrorNote } from '../ui/states';
import { ImportRun } from './import-run';

/** What the server takes instead of a path for the music that comes with Enxame. */
const DEMO = 'demo';

/**
 * Imports a folder of the server, or the demo music, and shows the progress of each import.
 * @param onward with a link to the library, for the first run
 */
export function AddMusic({ onward = false }: { onward?: boolean }) {
  const t = useTranslations('imports');
  const client = useQueryClient();
  const { data } = useImports();
  const start = useMutation({
    mutationFn: ({ folder, reread }: { folder: string; reread: boolean }) => gateway.startImport(folder, reread),
    onSuccess: (run) => {
      client.setQueryData<{ imports: (typeof run)[] }>(keys.imports, (old) => ({
        imports: [run, ...(old?.imports ?? []).filter((other) => other.id !== run.id)],
      }));
      void client.invalidateQueries({ queryKey: keys.imports });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const folder = String(given.get('folder') ?? '').trim();
    if (folder !== '') start.mutate({ folder, reread: given.get('again') !== null });
  };
  const imports = data?.imports ?? [];
  const busy = start.isPending || imports.some((run) => run.state === 'running');
  const somethingThere = imports.some((run) => run.added + run.unchanged + run.changed > 0);
  const issue = fieldIssues(start.error).folder;
  return (
    <div className="grid gap-6">
      {start.error !== null && issue === undefined && <ErrorNote error={start.error} />}
      <div className="flex flex-wrap items-center gap-4 rounded-xl border bg-surface p-4">
        <Music4 className="size-6 shrink-0 text-accent" aria-hidden="true" />
        <p className="min-w-52 flex-1 text-sm text-soft">{t('demoText')}</p>
        <Button
          look={onward && !somethingThere ? 'honey' : 'plain'}
          disabled={busy}
          onClick={() => start.mutate({ folder: DEMO, reread: false })}
        >
          {t('demo')}
        </Button>
      </div>
      <form onSubmit={submit} className="grid gap-3">
        <Field
          label={t('folder')}
          name="folder"
          required
          maxLength={4096}
          placeholder="/srv/music"
          autoComplete="off"
          spellCheck={false}
          hint={t('folderHint')}
          error={issue}
        />
        {somethingThere && (
          <label className="flex items-start gap-2.5 text-sm">
            <input type="checkbox" name="again" className="mt-0.5 size-4.5 shrink-0 accent-(--accent)" />
            <span>
              {t('again')}
              <span className="block text-xs text-soft">{t('againHint')}</span>
            </span>
          </label>
        )}
        <Button type="submit" disabled={busy} className="justify-self-start">
          <FolderOpen className="size-4" aria-hidden="true" />
          {t('start')}
        </Button>
      </form>
      {imports.length > 0 && (
        <ul aria-label={t('runs')} className="grid gap-3">
          {imports.map((run) => (
            <li key={run.id}>
              <ImportRun run={run} />
            </li>
          ))}
        </ul>
      )}
      {onward && (
        <Link href="/" className={`${buttonClass(somethingThere ? 'honey' : 'quiet')} justify-self-start`}>
          {somethingThere ? t('toLibrary') : t('later')}
        </Link>
      )}
    </div>
  );
}
