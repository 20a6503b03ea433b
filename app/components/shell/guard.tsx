'use client';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { useMe } from '../queries';
import { ErrorNote } from '../ui/states';

/**
 * Leads on whoever has no business here: to the first run, or to sign in. For the eye only: what guards is the gateway.
 */
export function Guard({ admin = false, children }: { admin?: boolean; children: ReactNode }) {
  const me = useMe();
  const router = useRouter();
  const path = usePathname();
  const account = me.data?.account;
  useEffect(() => {
    if (me.data === undefined) return;
    if (me.data.firstRun) router.replace('/setup');
    else if (me.data.account === null)
      router.replace(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`);
    else if (admin && me.data.account.role !== 'admin') router.replace('/');
  }, [me.data, admin, path, router]);
  if (me.data === undefined && me.error !== null) {
    return (
      <div className="page">
        <ErrorNote error={me.error} retry={() => void me.refetch()} />
      </div>
    );
  }
  if (account == null || (admin && account.role !== 'admin')) return null;
  return children;
}
