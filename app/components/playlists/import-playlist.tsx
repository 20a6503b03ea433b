'use client';
import { useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { toast } from 'sonner';
import type { ImportedPlaylist } from '@/lib/contracts/http';
import { useErrorText } from '../errors';
import { gateway } from '../gateway';
import { keys } from '../queries';
import { Button } from '../ui/button';
import { Modal } from '../ui/modal';

/** Makes a playlist of a file of another program, and says which of its lines are not in this library. */
export function ImportPlaylist() {
  const t = useTranslations('playlists');
  const errorText = useErrorText();
  const router = useRouter();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [made, setMade] = useState<ImportedPlaylist | null>(null);
  const take = async (file: File) => {
    try {
      const format = /\.xspf$/i.test(file.name) ? 'xspf' : 'm3u8';
      const answer = await gateway.importPlaylist({ format, text: await file.text() });
      const { playlistId, messageId } = answer;
      // Read once with the message in it, so that its page is there when it is opened.
      if (playlistId !== undefined) {
        client.setQueryData(keys.playlist(playlistId), await gateway.playlist(playlistId, messageId));
      }
      await client.invalidateQueries({ queryKey: keys.playlists });
      toast.success(t('imported', { count: answer.found }));
      if (answer.missing.length > 0) setMade(answer);
      else if (playlistId !== undefined) router.push(`/playlists/${playlistId}`);
    } catch (error) {
      toast.error(errorText(error));
    }
  };
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        <FileUp className="size-4" aria-hidden="true" />
        {t('import')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".m3u,.m3u8,.xspf"
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
