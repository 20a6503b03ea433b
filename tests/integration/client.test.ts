/** The terminal client as people and scripts use it: child processes against the real product, and the menu in a pseudo-terminal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { ADMIN, type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { type BundledCli, bundleCli } from '../support/cli';
import { importDemoMusic } from '../support/peers';

const SOURCE = join('cli', 'client', 'main.ts');
/** As `npm run client` starts it. */
const FROM_SOURCE = ['--import', 'tsx', SOURCE];

let product: Product;
let folder: string;
let tracks: Track[];
let bundle: BundledCli;

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

function begin(args: string[], env: Record<string, string> = {}, from = [bundle.path]): ChildProcess {
  return spawn(process.execPath, [...from, '--server', product.url, ...args], {
    env: { ...process.env, NO_COLOR: '1', XDG_CONFIG_HOME: folder, ...env },
  });
}

async function ended(child: ChildProcess, input = ''): Promise<Outcome> {
  const outcome = { code: null as number | null, out: '', err: '' };
  child.stdout?.on('data', (piece) => {
    outcome.out += piece;
  });
  child.stderr?.on('data', (piece) => {
    outcome.err += piece;
  });
  child.stdin?.end(input);
  outcome.code = await new Promise((resolve) => child.once('exit', resolve));
  return outcome;
}

const client = (args: string[], env?: Record<string, string>, input?: string) => ended(begin(args, env), input);
/** The one document that a command with --json prints. */
async function asJson<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await client(['--json', ...args]);
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code} ${err}`);
  return JSON.parse(out) as T;
}
const signIn = () => client(['sign-in', '--email', ADMIN.email], { ENXAME_PASSWORD: ADMIN.password });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-client-'));
  bundle = await bundleCli(SOURCE);
  product = await startProduct({ LOG_LEVEL: 'warn' });
  tracks = await importDemoMusic(product);
});
afterAll(async () => {
  await product?.stop();
  await bundle?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('exit codes and sentences', () => {
  it('ask for a sign-in before anything else', async () => {
    const refused = await ended(begin(['playlists'], {}, FROM_SOURCE));
    expect(refused).toMatchObject({ code: 3, out: '' });
    expect(refused.err).toContain('Sign in first');
    const json = await client(['--json', 'playlists']);
    expect(JSON.parse(json.err)).toMatchObject({ code: 'not_signed_in' });
  });

  it('name a wrong password, and take one from standard input', async () => {
    expect(await client(['sign-in', '--email', ADMIN.email], { ENXAME_PASSWORD: 'not the one I chose' })).toMatchObject(
      { code: 3 },
    );
    const signedIn = await client(['sign-in', '--email', ADMIN.email, '--password-stdin'], {}, `${ADMIN.password}\n`);
    expect(signedIn).toMatchObject({ code: 0, err: '' });
    expect((await stat(join(folder, 'enxame', 'client.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'enxame', 'client.json'), 'utf8')).not.toContain(ADMIN.password);
    expect(await asJson('whoami')).toMatchObject({ account: { email: ADMIN.email, role: 'admin' } });
  });

  it.each([
    ['an unknown command', ['sing'], 2],
    ['no command, and no terminal', [], 2],
    ['a wrong option', ['search', 'a', '--limit', 'many'], 2],
    ['a playlist that is not there', ['playlist', 'show', 'A'.repeat(22)], 4],
    ['an identifier that is none', ['playlist', 'show', 'nothing'], 4],
    ['a file that is not there', ['playlist', 'import', 'nowhere.m3u8'], 2],
    ['help', ['--help'], 0],
  ])('%s', async (_, args, code) => {
    const outcome = await client(args);
    expect(outcome.code).toBe(code);
    expect(outcome.err).not.toMatch(/\n\s+at /);
  });

  it('a server that is not there', async () => {
    const outcome = await client(['--server', 'http://127.0.0.1:9', 'whoami']);
    expect(outcome).toMatchObject({ code: 5, out: '' });
    expect(outcome.err).toContain('No answer from http://127.0.0.1:9');
  });
});

describe('plain commands', () => {
  beforeAll(signIn);

  it('find and show', async () => {
    const [first] = tracks;
    const found = await asJson<{ tracks: Track[] }>('search', ...(first?.title ?? '').split(' '));
    expect(found.tracks.map(({ id }) => id)).toContain(first?.id);
    expect(await asJson('track', first?.id ?? '')).toMatchObject({ title: first?.title });
    const text = await client(['album', first?.albumId ?? '']);
    expect(text.out).toContain(first?.title);
    expect(await asJson('health')).toMatchObject({ status: 'ok' });
  });

  it('make, fill, order, describe, share, undo, export and import a playlist', async () => {
    const ids = tracks.slice(0, 3).map(({ id }) => id);
    const made = await asJson<{ playlistId: string; applied: boolean }>(
      'playlist',
      'create',
      'Tarde',
      '--track',
      ids[0] ?? '',
    );
    expect(made.applied).toBe(true);
    const id = made.playlistId;
    const show = () =>
      asJson<{ name: string; description: string; visibility: string; entries: { trackId: string }[] }>(
        'playlist',
        'show',
        id,
      );
    await asJson('playlist', 'add', id, ids[1] ?? '', ids[2] ?? '');
    await asJson('playlist', 'move', id, '3', '1');
    expect((await show()).entries.map((entry) => entry.trackId)).toEqual([ids[2], ids[0], ids[1]]);
    await asJson('playlist', 'remove', id, '2');
    expect((await show()).entries.map((entry) => entry.trackId)).toEqual([ids[2], ids[1]]);
    await asJson('playlist', 'undo', id);
    expect((await show()).entries.map((entry) => entry.trackId)).toEqual([ids[2], ids[0], ids[1]]);
    await asJson('playlist', 'rename', id, 'Noite');
    await asJson('playlist', 'describe', id, 'For late hours');
    await asJson('playlist', 'share', id, 'public');
    expect(await show()).toMatchObject({ name: 'Noite', description: 'For late hours', visibility: 'public' });
    const { changes } = await asJson<{ changes: { type: string }[] }>('playlist', 'changes', id);
    expect(changes.length).toBeGreaterThanOrEqual(6);

    const file = join(folder, 'noite.m3u8');
    await asJson('playlist', 'export', id, '--output', file);
    expect(await readFile(file, 'utf8')).toContain('#EXTM3U');
    await writeFile(file, `${await readFile(file, 'utf8')}#EXTINF:100,Nobody - Nothing of ours\nnothing.mp3\n`);
    const imported = await asJson<{ found: number; missing: string[]; applied: boolean }>('playlist', 'import', file);
    expect(imported).toMatchObject({ found: 3, applied: true });
    expect(imported.missing).toHaveLength(1);

    await asJson('playlist', 'delete', id);
    expect((await client(['playlist', 'show', id])).code).toBe(4);
    expect((await client(['playlist', 'rename', id, 'Again'])).code).toBe(4);
    await asJson('playlist', 'undo', id);
    expect(await show()).toMatchObject({ name: 'Noite' });
    const unwaited = await asJson<{ applied: boolean; messageId: string }>(
      'playlist',
      'rename',
      id,
      'Manhã',
      '--no-wait',
    );
    expect(unwaited).toMatchObject({ applied: false, messageId: expect.any(String) });
  });

  it('record plays and tell of them', async () => {
    const id = tracks[0]?.id ?? '';
    const { playId } = await asJson<{ playId: string }>('play', 'started', id);
    await asJson('play', 'finished', id, '--play', playId);
    const recent = await until('the play', async () => {
      const page = await asJson<{ plays: { playId: string; state: string }[] }>('history', 'recent');
      return page.plays.find((play) => play.playId === playId && play.state === 'finished');
    });
    expect(recent).toBeDefined();
    // One that is told whole counts; the one above ended as soon as it began.
    await asJson('play', 'finished', id);
    await until('it to count', async () => (await client(['history', 'top'])).out.includes(tracks[0]?.title ?? ''));
    expect(await asJson('history', 'stats', '--window', 'week')).toMatchObject({ hours: expect.any(Array) });
    expect(JSON.parse((await client(['history', 'export'])).out)).toMatchObject({ plays: expect.any(Array) });
  });

  it('let nothing through that steers a terminal, and end in silence when nobody reads on', async () => {
    await asJson('playlist', 'create', 'Evil‮ name');
    const listed = await client(['playlists']);
    expect(listed.out).not.toMatch(/[‮]/);
    const early = begin(['--json', 'history', 'recent']);
    early.stdout?.destroy();
    expect([0, null]).toContain((await ended(early)).code);
  });
});

describe('watching', () => {
  beforeAll(signIn);

  it('hears what another process changes, also after the server was away', async () => {
    const watching = begin(['--json', 'watch', '--timeout', '60']);
    let out = '';
    watching.stdout?.on('data', (piece) => {
      out += piece;
    });
    const finished = new Promise((resolve) => watching.once('exit', resolve));
    const lines = () => out.split('\n').slice(0, -1);
    /** Makes one playlist after another until a change of one of them is heard: only then it is known to listen. */
    const hears = async (name: string) => {
      const made: string[] = [];
      await until(
        () => `a change to be heard among ${lines().length}`,
        async () => {
          const { playlistId } = await product.api<{ playlistId: string }>('POST', '/api/playlists', { name });
          made.push(playlistId);
          return lines().some((line) => made.some((id) => line.includes(id)));
        },
      );
    };
    await hears('Ouvida');
    await product.kill();
    await product.start();
    await hears('Ouvida de novo');
    watching.kill('SIGINT');
    expect(await finished).toBe(130);
    for (const line of lines()) expect(JSON.parse(line)).toMatchObject({ type: 'changed.playlist' });
  });

  it('ends by itself after as many as were asked for', async () => {
    const watching = begin(['--json', 'watch', '--count', '1', '--timeout', '60']);
    const outcome = ended(watching);
    await until('its end', async () => {
      await product.api('POST', '/api/playlists', { name: 'Contada' });
      return watching.exitCode !== null;
    });
    const { code, out } = await outcome;
    expect(code).toBe(0);
    expect(out.split('\n').filter(Boolean)).toHaveLength(1);
  });
});

describe('the menu', () => {
  const DOWN = '\u001b[B';
  const UP = '\u001b[A';
  const ENTER = '\r';

  /** The client in a pseudo-terminal of util-linux' `script`. */
  function terminal() {
    const command = [process.execPath, bundle.path, '--server', product.url].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['-qefc', `stty cols 100 rows 40; exec ${command}`, '/dev/null'], {
      env: { ...process.env, XDG_CONFIG_HOME: folder, TERM: 'xterm', COLUMNS: '100', LINES: '40' },
    });
    let screen = '';
    child.stdout.on('data', (piece) => {
      screen += piece;
    });
    let seen = 0;
    return {
      child,
      /** Waits until `text` is shown, after all that was waited for before. */
      async shows(text: string) {
        const found = () => stripVTControlCharacters(screen).indexOf(text, seen);
        await until(
          () => `"${text}" in:\n${stripVTControlCharacters(screen).slice(-2000)}`,
          () => found() >= 0,
        );
        seen = found() + text.length;
      },
      press: (...keys: string[]) => child.stdin.write(keys.join('')),
      ended: new Promise<number | null>((resolve) => child.once('exit', resolve)),
    };
  }

  it('makes a playlist and ends', async () => {
    await signIn();
    const t = terminal();
    const menu = async (title: string) => {
      await t.shows(title);
      // The last line of a menu: keys are taken from here on.
      await t.shows('confirm');
    };
    await menu('Signed in as');
    t.press(DOWN, DOWN, ENTER);
    await menu('New playlist');
    t.press(ENTER);
    await t.shows('Name');
    t.press('Pelo menu', ENTER);
    await t.shows('Done.');
    await menu('New playlist');
    const { playlists } = await asJson<{ playlists: { name: string }[] }>('playlists');
    expect(playlists.map(({ name }) => name)).toContain('Pelo menu');
    t.press(UP, ENTER);
    await menu('Signed in as');
    t.press(UP, ENTER);
    await t.shows('Goodbye.');
    expect(await t.ended).toBe(0);
  });
});
