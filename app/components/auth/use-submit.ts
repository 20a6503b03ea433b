'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { gateway } from '../ask';
import { fieldIssues } from '../gateway';
import { keys } from '../queries';

/** A form that lets somebody in: sends its fields, asks anew who is here, goes on. */
export function useSubmit(send: (field: (name: string) => string) => Promise<unknown>, done: () => void) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: (data: FormData) => send((name) => String(data.get(name) ?? '')),
    onSuccess: async () => {
      await client.fetchQuery({ queryKey: keys.me, queryFn: () => gateway.me(), staleTime: 0 });
      done();
    },
  });
  return {
    pending: mutation.isPending,
    error: mutation.error,
    issues: fieldIssues(mutation.error),
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      mutation.mutate(new FormData(event.currentTarget));
    },
  };
}
