/** A library of real MP3 files for benchmarks: a few long pieces to be measured, and many short ones around them. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeRandom } from '@/lib/util/random';
import { nameMaker } from './services/catalogue';

const run = promisify(execFile);

/** With it four minutes have 7.7 MB: what the design's figures were measured with. */
const KBITS = 256;
/** ID3v2.3 text encoding: ISO-8859-1. */
const LATIN1 = 0;
const PICTURE_PIXELS = 500;

/**
 * @param long titles of long pieces, each of different bytes
 * @param short how many short ones (3 s), in albums of twelve, each with a picture
 * @param longS seconds of a long piece
 */
export async function makeLibrary(
  folder: string,
  long: readonly string[],
  short: number,
  longS: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [i, title] of long.entries()) {
    const sound = await encode(folder, longS, 220 + 40 * i);
    await writeFile(
      join(folder, `${title}.mp3`),
      Buffer.concat([tags({ title, artist: 'Bench', album: 'Long', track: i + 1 }), sound]),
    );
  }
  const sound = await encode(folder, 3, 440);
  const picture = await makePicture(folder);
  for (let i = 0; i < short; i++) {
    const album = Math.floor(i / 12);
    const track = (i % 12) + 1;
    const path = join(folder, `Artist ${album % 20}`, `Album ${album}`);
    await mkdir(path, { recursive: true });
    const tag = tags({ title: `Song ${i}`, artist: `Artist ${album % 20}`, album: `Album ${album}`, track, picture });
    await writeFile(join(path, `${track} Song ${i}.mp3`), Buffer.concat([tag, sound]));
  }
}

/**
 * Very many small files, each with a sound of its own (1 s) and tags, without pictures: about 9 KB each.
 * @param count in albums of twelve, of 500 artists
 * @returns titles and names of artists
 */
export async function makeManyFiles(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const sound = await encode(folder, 1, 440, 64);
  const random = makeRandom(20_261_201);
  const name = nameMaker(random);
  const artists = Array.from({ length: 500 }, (_, n) => `${name(2)} ${n}`);
  const titles: string[] = [];
  let album = '';
  for (let i = 0; i < count; i++) {
    const number = Math.floor(i / 12);
    const artist = artists[number % artists.length] ?? '';
    const track = (i % 12) + 1;
    const path = join(folder, `Artist ${number % artists.length}`, `Album ${number}`);
    if (track === 1) {
      await mkdir(path, { recursive: true });
      album = `${name(2)} ${number}`;
    }
    const title = name(1 + Math.floor(random() * 4));
    titles.push(title);
    // Of one frame's content, which no parser of headers minds.
    sound.writeUInt32BE(i, sound.length >> 1);
    await writeFile(
      join(path, `${track} Song ${i}.mp3`),
      Buffer.concat([tags({ title, artist, album, track }), sound]),
    );
  }
  return [...titles, ...artists];
}

async function encode(folder: string, seconds: number, hertz: number, kbits = KBITS): Promise<Buffer> {
  const path = join(folder, '.encoded.mp3');
  const tone = `sine=frequency=${hertz}:duration=${seconds}:sample_rate=44100,tremolo=f=0.2:d=0.7,aformat=channel_layouts=stereo`;
  const codec = ['-c:a', 'libmp3lame', '-b:a', `${kbits}k`, '-id3v2_version', '0', '-write_id3v1', '0'];
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', tone, ...codec, path]);
  return readFile(path);
}

async function makePicture(folder: string): Promise<Buffer> {
  const path = join(folder, '.picture.jpg');
  const source = `testsrc=s=${PICTURE_PIXELS}x${PICTURE_PIXELS}`;
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-frames:v', '1', path]);
  return readFile(path);
}

function tags(of: { title: string; artist: string; album: string; track: number; picture?: Buffer }): Buffer {
  const text = (name: string, value: string) => frame(name, Buffer.from([LATIN1, ...Buffer.from(value, 'latin1')]));
  const frames = [
    text('TIT2', of.title),
    text('TPE1', of.artist),
    text('TALB', of.album),
    text('TRCK', String(of.track)),
    ...(of.picture === undefined
      ? []
      : [frame('APIC', Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), of.picture]))]),
  ];
  const body = Buffer.concat(frames);
  const head = Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1');
  // The length has seven bits a byte (ID3v2.3, section 3.1).
  for (let i = 0; i < 4; i++) head[6 + i] = (body.length >> (7 * (3 - i))) & 0x7f;
  return Buffer.concat([head, body]);
}

function frame(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.write(name, 'latin1');
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}
