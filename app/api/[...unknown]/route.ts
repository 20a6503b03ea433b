import { EnxameError } from '@/lib/contracts/errors';
import { route } from '../_lib/route';

const notFound = route({ access: 'anyone' }, async () => {
  throw new EnxameError('not_found', 'This address does not exist.');
});

export { notFound as DELETE, notFound as GET, notFound as PATCH, notFound as POST, notFound as PUT };
