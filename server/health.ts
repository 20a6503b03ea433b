import type { Health } from '@/lib/contracts/api/server';
import type { ComponentHealth } from '@/lib/contracts/reasons';
import { type ServiceName, services } from '@/lib/contracts/rpc';
import { type Database, databaseHealth } from '@/lib/database/database';
import type { Bus } from '@/lib/messaging/bus';

/** A component that needs longer counts as down. */
export const HEALTH_TIMEOUT_MS = 1_000;

const NO_ANSWER: ComponentHealth = {
  status: 'down',
  code: 'no_answer',
  values: { ms: HEALTH_TIMEOUT_MS },
  detail: `No answer within ${HEALTH_TIMEOUT_MS} ms.`,
};

/** Without these nothing works; without any other, something still does. */
const VITAL = ['database', 'broker', 'web'];

/**
 * Asks every component at the same time.
 * @param isStopping the process takes no new work: told first, so that a load balancer sends people elsewhere
 */
export async function checkHealth(deps: {
  database: Pick<Database, 'ping' | 'storage'>;
  bus: Pick<Bus, 'health' | 'request'>;
  origin: () => ComponentHealth;
  isStopping: () => boolean;
}): Promise<Health> {
  const [database, ...asked] = await Promise.all([
    pingDatabase(deps.database),
    ...services.map(async (service) => [service, await askService(deps.bus, service)] as const),
  ]);
  const components: Record<string, ComponentHealth> = {
    web: deps.isStopping() ? { status: 'down', code: 'stopping', detail: 'stopping' } : { status: 'ok' },
    database,
    ...storageOf(deps.database),
    broker: deps.bus.health(),
    ...Object.fromEntries(asked),
    origin: deps.origin(),
  };
  return { status: overall(components), components };
}

export function overall(components: Record<string, ComponentHealth>): Health['status'] {
  if (VITAL.some((name) => components[name]?.status === 'down')) return 'down';
  return Object.values(components).every((component) => component.status === 'ok') ? 'ok' : 'degraded';
}

/** Where the database lies elsewhere its disk is not ours to look at. */
function storageOf(database: Pick<Database, 'storage'>): Record<string, ComponentHealth> {
  try {
    const storage = database.storage();
    return storage === null ? {} : { storage };
  } catch {
    return {
      storage: { status: 'down', code: 'disk_unknown', detail: 'The disk of the data folder cannot be checked.' },
    };
  }
}

async function askService(bus: Pick<Bus, 'request'>, service: ServiceName): Promise<ComponentHealth> {
  try {
    return await bus.request(`${service}.health`, {}, { timeoutMs: HEALTH_TIMEOUT_MS });
  } catch {
    return NO_ANSWER;
  }
}

async function pingDatabase(database: Pick<Database, 'ping'>): Promise<ComponentHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ComponentHealth>((resolve) => {
    timer = setTimeout(resolve, HEALTH_TIMEOUT_MS, NO_ANSWER);
  });
  const health = await Promise.race([databaseHealth(database), late]);
  clearTimeout(timer);
  return health;
}
