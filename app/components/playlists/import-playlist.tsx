'use client';
import { FileUp } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import type { PlaylistUpload } from '@/lib/client/playlist-upload';
import type { ImportedPlaylist } from '@/lib/contracts/api/playlists';
import { newId } from '@/lib/contracts/new-id';
import { later } from '../later';
import { Button } from '../ui/button';
import { toast } from '../ui/toast';
import { useChangePlaylist } from './changes';

const Modal = later(() => import('../ui/modal').then((module) => module.Modal));

/** Makes a playlist of a file of another program, and says which of its lines are not in this library. */
export function ImportPlaylist() {
  const t = useTranslations('playlists');
  const router = useRouter();
  const change = useChangePlaylist();
  const input = useRef<HTMLInputElement>(null);
  const [made, setMade] = useState<ImportedPlaylist | null>(null);
  const take = async (file: File) => {
    const { playlistUploads } = await import('@/lib/client/playlist-upload');
    const uploads = playlistUploads(file.name, new Uint8Array(await file.arrayBuffer()));
    // The server reads one file of an account at a time.
    for (const upload of uploads) await send(upload, uploads.length > 1);
  };
  /** @param isOneOfMany the next file follows as soon as this one is answered; the page stays */
  const send = ({ format, text }: PlaylistUpload, isOneOfMany: boolean) =>
    new Promise<void>((resolve) => {
      let answer: ImportedPlaylist | null = null;
      let isThere = false;
      const show = (found: ImportedPlaylist) => {
        toast.success(t('imported', { count: found.found }));
        if (found.missing.length > 0) setMade(found);
        else if (!isOneOfMany && found.playlistId !== undefined) router.push(`/playlists/${found.playlistId}`);
      };
      change.mutate(
        { kind: 'import', id: newId(), format, text },
        {
          answered(said) {
            resolve();
            if ('found' in said) answer = said;
            if (isThere && answer !== null) show(answer);
          },
          confirmed({ id }) {
            resolve();
            isThere = true;
            if (answer !== null) show(answer);
            else if (!isOneOfMany) router.push(`/playlists/${id}`);
          },
          rejected: () => resolve(),
        },
      );
    });
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        <FileUp className="size-4" aria-hidden="true" />
        {t('import')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".m3u,.m3u8,.xspf,.csv,.json,.nsp"
        aria-label={t('import')}
        className="hidden"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file !== undefined) void take(file);
        }}
      />
      <Modal
        open={made !== null}
        onClose={() => {
          if (made?.playlistId !== undefined) router.push(`/playlists/${made.playlistId}`);
          setMade(null);
        }}
        title={t('imported', { count: made?.found ?? 0 })}
        description={t('importMissing')}
      >
        <ul className="grid gap-1 text-sm">
          {made?.missing.map((line, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file, never moved, and two may be alike
            <li key={n} className="break-words">
              {line}
            </li>
          ))}
        </ul>
      </Modal>
    </>
  );
}
