import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.tags.rules, ({ ask }) => ask('catalog.tagRules', {}));

export const PUT = route(api.tags.setRules, ({ ask, body }) => ask('catalog.setTagRules', body));
