'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Clock, Eye, EyeOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { LibraryFolder } from '@/lib/contracts/catalog';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { keys, useFolders } from '../queries';
import { Button } from '../ui/button';
import { Section } from '../ui/heading';
import { Modal } from '../ui/modal';
import { ErrorNote } from '../ui/states';
import { toast } from '../ui/toast';
import { FailedFiles } from './import-run';

const ICONS = { watching: Eye, scheduled: Clock, off: EyeOff } as const;

/** The folders of the library: how each is kept up to date, and what is wrong with it. */
export function LibraryFolders() {
  const t = useTranslations('folders');
  const { data, error } = useFolders();
  const [removing, setRemoving] = useState<LibraryFolder | null>(null);
  const folders = data?.folders ?? [];
  if (error !== null) return <ErrorNote error={error} />;
  if (folders.length === 0) return null;
  return (
    <Section title={t('title')}>
      <ul aria-label={t('title')} className="grid gap-3">
        {folders.map((folder) => (
          <li key={folder.id}>
            <Folder folder={folder} onRemove={() => setRemoving(folder)} />
          </li>
        ))}
      </ul>
      <RemoveFolder folder={removing} onClose={() => setRemoving(null)} />
    </Section>
  );
}

function Folder({ folder, onRemove }: { folder: LibraryFolder; onRemove: () => void }) {
  const t = useTranslations('folders');
  const dates = useDates();
  const client = useQueryClient();
  const errorText = useErrorText();
  const scan = useMutation({
    mutationFn: () => gateway.startImport(folder.folder),
    onSettled: () => client.invalidateQueries({ queryKey: keys.imports }),
    onError: (error) => toast.error(errorText(error)),
  });
  const Icon = ICONS[folder.watch];
  return (
    <div className="rounded-xl border bg-surface p-4 text-sm">
      <p className="font-medium break-all">{folder.folder}</p>
      <div className="mt-1 grid gap-1 text-xs text-soft">
        {folder.problem === null && (
          <p className="flex items-start gap-1.5">
            <Icon className="mt-px size-3.5 shrink-0" aria-hidden="true" />
            <span>
              {t(`watch.${folder.watch}`)}
              {folder.watchProblem !== null && ` ${t(`watchProblems.${folder.watchProblem}`)}`}
            </span>
          </p>
        )}
        <p className="numbers">
          {folder.lookedAt === null ? t('notChecked') : t('lastChecked', { at: dates.moment(folder.lookedAt) })}
        </p>
      </div>
      {folder.problem !== null && (
        <p role="status" className="mt-3 flex items-start gap-2 text-danger">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          <span>{t(`problems.${folder.problem}`)}</span>
        </p>
      )}
      <FailedFiles count={folder.failedCount} failed={folder.failed} />
      <div className="mt-3 flex flex-wrap gap-2">
        <Button disabled={scan.isPending} onClick={() => scan.mutate()} aria-label={`${t('scan')}: ${folder.folder}`}>
          {t('scan')}
        </Button>
        <Button look="quiet" onClick={onRemove} aria-label={`${t('remove')}: ${folder.folder}`}>
          {t('remove')}
        </Button>
      </div>
    </div>
  );
}

function RemoveFolder({ folder, onClose }: { folder: LibraryFolder | null; onClose: () => void }) {
  const t = useTranslations('folders');
  const client = useQueryClient();
  const errorText = useErrorText();
  const remove = useMutation({
    mutationFn: (id: string) => gateway.removeFolder(id),
    onSettled: () => client.invalidateQueries(),
    onError: (error) => toast.error(errorText(error)),
  });
  const confirm = () => {
    if (folder !== null) remove.mutate(folder.id);
    onClose();
  };
  return (
    <Modal open={folder !== null} onClose={onClose} title={t('removeTitle')} description={t('removeText')}>
      <p className="mb-4 text-sm font-medium break-all">{folder?.folder}</p>
      <div className="flex justify-end">
        <Button look="danger" onClick={confirm}>
          {t('removeConfirm')}
        </Button>
      </div>
    </Modal>
  );
}
