import { type RpcHandlers, type RpcName, rpc, type ServiceName } from './rpc';

/** Handlers of a service for tests: those given, and for every other question one that says that it was not expected. */
export function handlersOf<S extends ServiceName>(service: S, given: Partial<RpcHandlers<S>> = {}): RpcHandlers<S> {
  const names = (Object.keys(rpc) as RpcName[]).filter((name) => name.startsWith(`${service}.`));
  const unexpected = names.map((name) => [name, () => Promise.reject(new Error(`${name} was not expected`))]);
  return { ...Object.fromEntries(unexpected), ...given } as RpcHandlers<S>;
}
