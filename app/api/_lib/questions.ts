import type { RpcName, RpcParams, RpcResult, ServiceName } from '@/lib/contracts/rpc';
import { type Bus, type RequestOptions, RPC_PREFETCH } from '@/lib/messaging/bus';
import { MAX_IN_FLIGHT } from '@/lib/messaging/pending-requests';
import { FairTurns } from '@/lib/util/fair-turns';

/** Some of what a service may be asked at a time is left to the servers themselves: the origin, health. */
const LEFT_TO_SERVERS = 32;
/** Half of what a service works on at once: who asks it for much leaves it free for others. A page of covers just waits a little. */
const PER_ASKER = RPC_PREFETCH / 2;
/** Far above what the tabs of an account ask for at once. */
const MAX_WAITING = 500;

/** Questions to the services on behalf of people, who take turns: nobody's many keep others' few from being asked. */
export class Questions {
  private readonly bus: Pick<Bus, 'request'>;
  private readonly turns = new Map<string, FairTurns>();

  constructor(bus: Pick<Bus, 'request'>) {
    this.bus = bus;
  }

  /**
   * @param asker an account, or the address of somebody who is not signed in
   * @throws {EnxameError} `too_many_requests` when very much of this asker waits already; what the bus throws
   */
  ask<N extends RpcName>(
    asker: string,
    name: N,
    params: RpcParams<N>,
    options: RequestOptions = {},
  ): Promise<RpcResult<N>> {
    return this.turnsOf(name).run(asker, () => this.bus.request(name, params, options));
  }

  private turnsOf(name: RpcName): FairTurns {
    const [service = ''] = name.split('.') as [ServiceName];
    const known = this.turns.get(service);
    if (known !== undefined) return known;
    const atATime = MAX_IN_FLIGHT - LEFT_TO_SERVERS;
    const turns = new FairTurns({ atATime, perHolder: PER_ASKER, maxWaiting: MAX_WAITING });
    this.turns.set(service, turns);
    return turns;
  }
}
