import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import { eventually } from '@/testing/wait';
import { type Delivery, MessageProcessor } from './processor';

const log = pino({ level: 'silent' });
const event = (actor: string | null) =>
  newMessage('playback.started', { trackId: newId(), playId: newId(), positionS: 0 }, { actor, at: 1 });

describe('Intake', () => {
  let endings: string[];
  let handled: string[];
  beforeEach(() => {
    endings = [];
    handled = [];
  });

  function delivery(label: string, text: string, over: Partial<Delivery> = {}): Delivery {
    return {
      text,
      queue: 'test',
      isRepeat: false,
      sentAt: null,
      failures: 0,
      stale: () => false,
      ack: async () => void endings.push(`${label} ack`),
      giveBack: async (failures) => void endings.push(`${label} back ${failures}`),
      deadLetter: async (reason, failures) => void endings.push(`${label} dead letter ${failures}: ${reason}`),
      ...over,
    };
  }
  const intake = (handle: (message: Message) => Promise<void>, retryDelaysMs = [0, 0]) =>
    new MessageProcessor({ handle, retryDelaysMs, log });
  const note = async (message: Message) => void handled.push(message.id);

  it('acknowledges what is handled', async () => {
    const message = event('ana');
    intake(note).take(delivery('a', JSON.stringify(message)));
    await eventually(() => expect(endings).toEqual(['a ack']));
    expect(handled).toEqual([message.id]);
  });

  it('tries again, and parks with the last reason after one try more than there are waits', async () => {
    let tries = 0;
    const subject = intake(async () => {
      throw new Error(`no ${++tries}`);
    });
    subject.take(delivery('a', JSON.stringify(event('ana'))));
    await eventually(() => expect(endings).toEqual(['a dead letter 3: no 3']));
  });

  it('counts the failures of earlier deliveries', async () => {
    const subject = intake(() => Promise.reject(new Error('no')));
    subject.take(delivery('a', JSON.stringify(event('ana')), { failures: 2 }));
    await eventually(() => expect(endings).toEqual(['a dead letter 3: no']));
  });

  it('parks at once what can never be valid', async () => {
    const subject = intake(() => Promise.reject(new EnxameError('invalid_request', 'no actor')));
    subject.take(delivery('invalid', JSON.stringify(event(null))));
    subject.take(delivery('malformed', '{'));
    subject.take(delivery('unknown version', JSON.stringify({ ...event('ana'), v: 2 })));
    await eventually(() => expect(endings).toHaveLength(3));
    expect(endings).toContain('invalid dead letter 1: no actor');
    expect(endings.filter((ending) => ending.includes('dead letter 0: malformed'))).toHaveLength(2);
  });

  it('keeps the order of one actor behind a message that fails, while others pass', async () => {
    const [first, second, other] = [event('ana'), event('ana'), event('rui')];
    let failed = false;
    const subject = intake(
      async (message) => {
        if (message.id === first.id && !failed) {
          failed = true;
          throw new Error('not yet');
        }
        handled.push(message.id);
      },
      [2],
    );
    for (const message of [first, second, other]) subject.take(delivery('x', JSON.stringify(message)));
    await eventually(() => expect(handled).toEqual([other.id, first.id, second.id]));
  });

  it('closed: finishes what it began, gives back the rest and what waits to be tried again', async () => {
    const [begun, behind, retried] = [event('ana'), event('ana'), event('rui')];
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const entered = vi.fn();
    const subject = intake(
      async (message) => {
        entered();
        if (message.id === retried.id) throw new Error('not yet');
        await held;
        handled.push(message.id);
      },
      [60_000],
    );
    subject.take(delivery('begun', JSON.stringify(begun)));
    subject.take(delivery('behind', JSON.stringify(behind)));
    subject.take(delivery('retried', JSON.stringify(retried)));
    await eventually(() => expect(entered).toHaveBeenCalledTimes(2));
    const closing = subject.close();
    finish();
    await closing;
    expect(handled).toEqual([begun.id]);
    expect(endings.sort()).toEqual(['begun ack', 'behind back 0', 'retried back 1']);
  });

  it('does not begin what the broker has taken back', async () => {
    const subject = intake(note);
    const next = event('ana');
    subject.take(delivery('a', JSON.stringify(event('ana')), { stale: () => true }));
    subject.take(delivery('b', JSON.stringify(next)));
    await eventually(() => expect(endings).toEqual(['b ack']));
    expect(handled).toEqual([next.id]);
  });

  it('goes on when the broker cannot be told how a message ended', async () => {
    const subject = intake(note);
    const broken = { ack: () => Promise.reject(new Error('channel closed')) };
    subject.take(delivery('a', JSON.stringify(event('ana')), broken));
    subject.take(delivery('b', JSON.stringify(event('ana'))));
    await eventually(() => expect(endings).toEqual(['b ack']));
  });
});
