import { EnxameError } from '@/lib/contracts/errors';
import { route } from '../_lib/route';

/** Answers every address that no other route has. It is not part of the contract. */
const notFound = route({ method: 'GET', path: '/api/{unknown}', access: 'anyone', summary: '' }, async () => {
  throw new EnxameError('not_found', 'This address does not exist.');
});

export { notFound as DELETE, notFound as GET, notFound as PATCH, notFound as POST, notFound as PUT };
