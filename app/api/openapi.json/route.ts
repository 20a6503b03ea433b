import { api } from '@/lib/contracts/api';
import { openApiDocument } from '@/lib/contracts/api/openapi';
import { route } from '../_lib/route';

let document: ReturnType<typeof openApiDocument> | null = null;

export const GET = route(api.server.openapi, async () => {
  document ??= openApiDocument();
  return document;
});
