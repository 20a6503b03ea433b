import { expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { accountArchive } from './archive';

const account = { id: 'ana', name: 'Ana', email: 'ana@example.org', role: 'listener', locale: null } as const;

/** An account without anything, whose services answer as `answers` says. */
function asked(answers: Record<string, () => unknown> = {}) {
  const nothing: Record<string, unknown> = {
    'playlists.list': { playlists: [] },
    'playlists.exportMarks': { marks: [], cursor: null },
    'catalog.named': { albums: [], artists: [] },
    'history.export': { plays: [], cursor: null },
    'history.queue': { queue: null },
    'history.queues': { queues: [] },
    'history.bookmarks': { bookmarks: [] },
    'history.forwarding': { server: null, userName: null },
  };
  const ask = vi.fn(async (name: string) => answers[name]?.() ?? nothing[name]);
  const list = async () => [];
  const runtime = { config: { publicUrl: null }, accounts: { sessions: { list }, appPasswords: { list } } };
  return { account, ask, runtime, session: { id: 'here' } } as unknown as Parameters<typeof accountArchive>[0];
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

it('has an end when every part was there', async () => {
  const brokeOff = vi.fn();
  const bytes = await read(await accountArchive(asked(), new Date(0), brokeOff));
  expect(bytes.subarray(-22).readUInt32LE(0)).toBe(0x06054b50);
  expect(brokeOff).not.toHaveBeenCalled();
});

it('breaks off when a part fails, and says so once', async () => {
  const away = new EnxameError('unavailable', 'The history does not answer.');
  const broken = asked({
    'history.export': () => {
      throw away;
    },
  });
  const brokeOff = vi.fn();
  const archive = await accountArchive(broken, new Date(0), brokeOff);
  await expect(read(archive)).rejects.toBe(away);
  expect(brokeOff.mock.calls).toEqual([[away]]);
});

it('sends nothing when the first question is not answered', async () => {
  const away = new EnxameError('unavailable', 'The playlists do not answer.');
  const broken = asked({
    'playlists.list': () => {
      throw away;
    },
  });
  await expect(accountArchive(broken, new Date(0), vi.fn())).rejects.toBe(away);
});

it('asks for nothing more once whoever reads has gone', async () => {
  const given = asked();
  const archive = await accountArchive(given, new Date(0), vi.fn());
  archive.destroy();
  await new Promise<void>((resolve) => archive.once('close', () => resolve()));
  expect((given.ask as unknown as ReturnType<typeof vi.fn>).mock.calls.map(([name]) => name)).toEqual([
    'playlists.list',
  ]);
});
