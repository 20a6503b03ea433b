/** The server itself. */
import * as z from 'zod/mini';
import { componentHealth } from '../reasons';
import { endpoint } from './endpoint';

export const health = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  components: z.record(z.string(), componentHealth),
});
export type Health = z.infer<typeof health>;

export const server = {
  health: endpoint({
    method: 'GET',
    path: '/api/health',
    access: 'public',
    summary: 'The state of every component. Always answers 200; the state is in the body.',
    answer: health,
  }),
  openapi: endpoint({
    method: 'GET',
    path: '/api/openapi.json',
    access: 'public',
    summary: 'This document.',
    answer: z.record(z.string(), z.unknown()),
  }),
} as const;
