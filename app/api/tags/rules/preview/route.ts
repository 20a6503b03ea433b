import { api } from '@/lib/contracts/api';
import { route } from '../../../_lib/route';

export const POST = route(api.tags.previewRules, ({ ask, body }) => ask('catalog.previewTagRules', body));
