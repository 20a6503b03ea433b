import type { Proof } from '@/lib/auth/own-account';
import type { Account } from '@/lib/auth/sessions';
import type { Call } from './route';

/** What shows that who is signed in also knows the password. */
export const proofOf = (
  { account, request, visit }: Pick<Call, 'request' | 'visit'> & { account: Account },
  password: string,
): Proof => ({ account, password, visit, cookie: request.headers.get('cookie') });
