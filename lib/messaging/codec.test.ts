import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { MAX_MESSAGE_BYTES, newMessage } from '@/lib/contracts/messages';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import { handlersOf } from '@/lib/contracts/rpc.fixture';
import { answerRequest, decodeAnswer, decodeMessage, encodeMessage, encodeRequest, serviceOf } from './codec';

const log = pino({ level: 'silent' });
const handlers = handlersOf('history', {
  'history.health': async () => ({ status: 'ok' }),
  'history.recent': async ({ limit }) => ({ plays: [], total: limit }),
});

describe('messages', () => {
  const message = newMessage('changed.history', { accountId: 'ana', trackId: newId() }, { actor: null, at: 1 });

  it('come back as they were, without what no contract knows', () => {
    const text = encodeMessage({ ...message, stray: 1 } as typeof message);
    expect(decodeMessage(text)).toEqual({ message });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no object', '7'],
    ['another version', JSON.stringify({ ...message, v: 2 })],
    ['an unknown type', JSON.stringify({ ...message, type: 'changed.everything' })],
    ['a property of every object as type', JSON.stringify({ ...message, type: 'constructor' })],
    ['wrong data', JSON.stringify({ ...message, data: { accountId: 'ana' } })],
    ['too much', 'x'.repeat(MAX_MESSAGE_BYTES + 1)],
  ])('that are %s are told apart by a reason', (_what, text) => {
    expect(decodeMessage(text)).toEqual({ reason: expect.any(String) });
  });
});

describe('questions', () => {
  it('know their service', () => {
    expect(serviceOf('catalog.grant')).toBe('catalog');
    expect(serviceOf('signaling.health')).toBe('signaling');
  });

  it('are answered by their handler, defaults filled in', async () => {
    const text = await answerRequest(handlers, encodeRequest('history.recent', { accountId: 'ana' }, 'r'), log);
    expect(decodeAnswer('history.recent', text)).toEqual({ plays: [], total: 50 });
  });

  it.each([
    ['no JSON', '{', 'invalid_request'],
    ['no question of ours', JSON.stringify({ name: 'toString', params: {}, requestId: 'r' }), 'invalid_request'],
    ['for another service', encodeRequest('playlists.list', { accountId: 'ana' }, 'r'), 'not_found'],
    [
      'with wrong parameters',
      JSON.stringify({ name: 'history.recent', params: { accountId: '' }, requestId: 'r' }),
      'invalid_request',
    ],
  ])('that are %s are answered with the reason', async (_what, text, code) => {
    expect(JSON.parse(await answerRequest(handlers, text, log))).toMatchObject({ error: { code } });
  });

  it('tell an expected failure and hide any other', async () => {
    const failing = (error: Error): RpcHandlers<'history'> => ({
      ...handlers,
      'history.health': () => Promise.reject(error),
    });
    const text = encodeRequest('history.health', {}, 'r');
    const expected = await answerRequest(failing(new EnxameError('forbidden', 'Not you.')), text, log);
    expect(() => decodeAnswer('history.health', expected)).toThrow(
      expect.objectContaining({ code: 'forbidden', message: 'Not you.' }),
    );
    const other = await answerRequest(failing(new Error('/etc/secret')), text, log);
    expect(other).not.toContain('secret');
    expect(JSON.parse(other)).toMatchObject({ error: { code: 'internal' } });
  });

  it.each(['{', '{}', JSON.stringify({ ok: { status: 'splendid' } }), JSON.stringify({ error: { code: 'odd' } })])(
    'answered with %s are an internal error',
    (text) => {
      expect(() => decodeAnswer('history.health', text)).toThrow(expect.objectContaining({ code: 'internal' }));
    },
  );
});
