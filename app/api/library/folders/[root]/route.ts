import { api } from '@/lib/contracts/api';
import { route } from '../../../_lib/route';

export const GET = route(api.catalogue.musicFolder, ({ ask, params, query }) =>
  ask('catalog.musicFolder', { ...params, ...query }),
);
