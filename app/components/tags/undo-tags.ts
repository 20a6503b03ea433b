'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { keys } from '../queries';
import { toast } from '../ui/toast';

/** Takes an edit of tags back, and says what became of it. */
export function useUndoTags() {
  const t = useTranslations('tags');
  const errorText = useErrorText();
  const client = useQueryClient();
  return useMutation({
    mutationFn: gateway.undoTagEdit,
    onSuccess: ({ kept }) => (kept > 0 ? toast(t('undoneBut', { count: kept })) : toast.success(t('undone'))),
    onSettled: () => client.invalidateQueries({ queryKey: keys.tagEdits }),
    onError: (error) => toast.error(errorText(error)),
  });
}
