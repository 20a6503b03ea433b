import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { on, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import stun from 'stun';
import { afterEach, describe, expect, it } from 'vitest';
import { makeLog } from '@/lib/config/log';
import { type StunServer, startStun } from '@/signaling/stun';
import { startTestSignaling } from '../support/signaling';

const log = makeLog('silent', 'test');
const opened: (StunServer | Socket)[] = [];
afterEach(async () => {
  for (const open of opened.splice(0)) await open.close();
});
async function start(host: string, stunPort = 0): Promise<StunServer> {
  const server = await startStun({ host, stunPort }, log);
  opened.push(server);
  return server;
}

async function client(type: 'udp4' | 'udp6', address: string): Promise<Socket> {
  const socket = createSocket(type);
  opened.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

async function ask(socket: Socket, port: number, host: string) {
  const request = stun.createMessage(stun.constants.STUN_BINDING_REQUEST);
  const answered = once(socket, 'message');
  socket.send(request.toBuffer(), port, host);
  const [answer] = (await answered) as [Buffer];
  return { request, answer };
}

describe('a binding request', () => {
  it.each([
    ['127.0.0.1', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['localhost', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['::1', 'udp6', '::1', '::1'],
    ['::', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['::', 'udp6', '::1', '::1'],
  ] as const)('at HOST=%s over %s is answered with the address it came from', async (host, type, to, seen) => {
    const { port } = await start(host);
    const socket = await client(type, to);
    const { request, answer } = await ask(socket, port ?? 0, to);
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect(answer.subarray(8, 20)).toEqual(request.transactionId);
    expect(xorAddress(answer)).toEqual({ address: seen, port: (socket.address() as AddressInfo).port });
  });

  it('is answered with what the library’s own client understands', async () => {
    const { port } = await start('127.0.0.1');
    const response = await stun.request(`127.0.0.1:${port}`, { timeout: 2_000, retries: 1 });
    expect(response.getXorAddress()).toMatchObject({ address: '127.0.0.1' });
  });
});

describe('garbage', () => {
  const header = (type: number, length: number) => {
    const start = Buffer.from('000000002112a442', 'hex');
    start.writeUInt16BE(type, 0);
    start.writeUInt16BE(length, 2);
    return Buffer.concat([start, randomBytes(12)]);
  };
  /** Sends it all, then a real request, which is answered when all before it was taken. */
  async function answersTo(garbage: Buffer[]): Promise<Buffer[]> {
    const { port } = await start('127.0.0.1');
    const socket = await client('udp4', '127.0.0.1');
    const answers: Buffer[] = [];
    for (const datagram of garbage) socket.send(datagram, port ?? 0, '127.0.0.1');
    const request = stun.createMessage(stun.constants.STUN_BINDING_REQUEST);
    socket.send(request.toBuffer(), port ?? 0, '127.0.0.1');
    for await (const [answer] of on(socket, 'message') as AsyncIterable<[Buffer]>) {
      if (answer.subarray(8, 20).equals(request.transactionId)) break;
      answers.push(answer);
    }
    return answers;
  }

  it('of every kind is left unanswered', async () => {
    const garbage = [
      Buffer.alloc(0),
      Buffer.from([0]),
      randomBytes(20),
      Buffer.alloc(1_200),
      randomBytes(9_000),
      header(0x0001, 65_535),
      header(0x0003, 0),
      header(0x0101, 0),
      header(0x0111, 0),
      Buffer.concat([header(0x0001, 8), Buffer.from('0020000400000000', 'hex')]),
      Buffer.concat([header(0x0001, 4), Buffer.from('0020ffff', 'hex')]),
    ];
    expect(await answersTo(garbage)).toEqual([]);
  });

  it('that looks like a request harms nothing, and is never answered with more than was sent', async () => {
    // Few enough at a time for the socket's buffer: what overflows it is lost, the real request too.
    for (let round = 0; round < 10; round++) {
      const sent = Array.from({ length: 30 }, () => Buffer.concat([header(0x0001, 40), randomBytes(40)]));
      for (const answer of await answersTo(sent)) expect(answer.length).toBeLessThanOrEqual(60);
    }
  });
});

it('a taken port is said and lived without', async () => {
  const { port } = await start('127.0.0.1');
  const second = await start('127.0.0.1', port ?? 0);
  expect(second.port).toBeNull();
  const server = await startTestSignaling({}, { stunPort: port ?? 0 });
  try {
    expect(server.stunPort).toBeNull();
    expect(server.health()).toMatchObject({ status: 'degraded', detail: expect.stringContaining(`UDP port ${port}`) });
    await server.peer();
  } finally {
    await server.close();
  }
});

it('is left to others where ICE_SERVERS names them', async () => {
  const server = await startTestSignaling({}, { iceServers: [{ urls: 'stun:stun.example.org' }] });
  expect(server.stunPort).toBeNull();
  expect(server.health().status).toBe('ok');
  await server.close();
});

/** XOR-MAPPED-ADDRESS, read by hand as RFC 8489 (section 14.2) says, not by the library that wrote it. */
function xorAddress(message: Buffer): { address: string; port: number } {
  expect(message.readUInt16BE(20)).toBe(0x0020);
  const key = message.subarray(4, 20);
  const port = message.readUInt16BE(26) ^ key.readUInt16BE(0);
  const bytes = message.subarray(28, 28 + (message[25] === 1 ? 4 : 16)).map((byte, i) => byte ^ (key[i] ?? 0));
  if (message[25] === 1) return { address: bytes.join('.'), port };
  const hex = Buffer.from(bytes).toString('hex');
  return { address: hex === `${'0'.repeat(31)}1` ? '::1' : hex, port };
}
