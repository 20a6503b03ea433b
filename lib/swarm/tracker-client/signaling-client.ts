/** The tracker over the tab's connection to the server. */
import * as z from 'zod/mini';
import type { ServerConnection } from '@/lib/client/connection';
import { EnxameError } from '@/lib/contracts/errors';
import type { Ranges } from '@/lib/contracts/fields';
import { id } from '@/lib/contracts/ids';
import { joinAnswer, type PeerCoverage, peerCoverage, type Report, signalIn } from '@/lib/contracts/signaling';
import type { Signaling, SignalingEvents, SignalingState } from './signaling';

const coverageNews = z.object({ version: id, peers: z.array(peerCoverage).check(z.maxLength(256)) });
const goneNews = z.object({ peer: id, ended: z.optional(z.boolean()) });

/** Makes the connection its peer's from `start` to `close`. Whoever made the connection closes it. */
export class SignalingClient implements Signaling {
  private state: SignalingState = 'connecting';
  private stop: (() => void)[] = [];

  constructor(private readonly connection: ServerConnection) {}

  start(events: SignalingEvents, about: Parameters<Signaling['start']>[1]): void {
    const { connection } = this;
    const become = (state: SignalingState) => {
      // Another socket is the peer now; what becomes of this one, which only observes, says nothing of the tracker.
      if (this.state === state || this.state === 'replaced') return;
      this.state = state;
      events.state(state);
    };
    this.stop = [
      connection.takePart({ ...about, replaced: () => become('replaced') }),
      connection.onState(become),
      connection.onEvent((event) => events.fact(event)),
      connection.on('coverage', (news) => {
        const { success, data } = coverageNews.safeParse(news);
        if (success) events.coverage(data.version, data.peers);
      }),
      connection.on('signal', (news) => {
        const { success, data } = signalIn.safeParse(news);
        if (success) events.signal(data);
      }),
      connection.on('gone', (news) => {
        const { success, data } = goneNews.safeParse(news);
        if (success) events.gone(data.peer, data.ended ?? false);
      }),
    ];
    become(connection.getState());
  }

  async join(version: string, ticket: string, have: Ranges, ahead = false): Promise<PeerCoverage[]> {
    this.assertUp();
    const answer = await this.connection.ask('join', { version, ticket, have, ...(ahead && { ahead }) });
    return joinAnswer.parse(answer).peers;
  }

  have(version: string, have: Ranges): void {
    if (this.state === 'up') this.connection.send('have', { version, have });
  }

  leave(version: string): void {
    if (this.state === 'up') this.connection.send('leave', { version });
  }

  async signal(to: string, link: string, signal: string): Promise<void> {
    this.assertUp();
    await this.connection.ask('signal', { to, link, signal });
  }

  report(report: Report): void {
    if (this.state === 'up') this.connection.send('report', report);
  }

  close(): void {
    // No listener hears of the end that follows.
    for (const stop of this.stop.splice(0).reverse()) stop();
    this.state = 'connecting';
  }

  private assertUp(): void {
    if (this.state !== 'up') throw new EnxameError('unavailable', 'Could not reach the signaling server.');
  }
}
