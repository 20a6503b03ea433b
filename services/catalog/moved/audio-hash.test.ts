import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '@/lib/media-store/testing/memory-store';
import { audioHash } from './audio-hash';

const hashOf = async (bytes: Buffer) => {
  const store = new MemoryStore();
  store.put('/file', bytes);
  return await audioHash(await store.open('/file', Number.MAX_SAFE_INTEGER));
};

/** Bytes that look like nothing, other ones for each seed. */
function sound(seed: number, bytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < bytes; i++) blocks.push(createHash('sha256').update(`${seed} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, bytes);
}

const text = (value: string) => Buffer.from(value, 'latin1');
const be32 = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 255));
const le32 = (value: number) => Buffer.from(be32(value)).reverse();
const syncsafe = (value: number) => Buffer.from([21, 14, 7, 0].map((bits) => (value >> bits) & 127));

const id3v2 = (bytes: number) => Buffer.concat([text('ID3\x03\0\0'), syncsafe(bytes), Buffer.alloc(bytes, 65)]);
const id3v1 = (title: string) => Buffer.concat([text('TAG'), Buffer.alloc(125, title)]);
const ape = (bytes: number) =>
  Buffer.concat([
    Buffer.alloc(bytes, 66),
    text('APETAGEX'),
    le32(2000),
    le32(bytes + 32),
    le32(1),
    le32(0),
    Buffer.alloc(8),
  ]);
const lyrics3 = (words: string) => text(`${words}${String(words.length).padStart(6, '0')}LYRICS200`);
const flac = (comment: number, frames: Buffer) =>
  Buffer.concat([
    text('fLaC'),
    Buffer.from([0, 0, 0, 34]),
    Buffer.alloc(34, 1),
    Buffer.from([0x84, 0, comment >> 8, comment & 255]),
    Buffer.alloc(comment, 2),
    frames,
  ]);
const box = (name: string, ...content: Buffer[]) => {
  const body = Buffer.concat(content);
  return Buffer.concat([be32(body.length + 8), text(name), body]);
};
const chunk = (name: string, body: Buffer) => Buffer.concat([text(name), le32(body.length), body]);
const wav = (...chunks: Buffer[]) => Buffer.concat([text('RIFF'), le32(0), text('WAVE'), ...chunks]);

function page(position: bigint, number: number, body: Buffer): Buffer {
  const lengths = [...Array(Math.floor(body.length / 255)).fill(255), body.length % 255];
  const head = Buffer.alloc(27);
  head.write('OggS');
  head.writeBigUInt64LE(position, 6);
  head.writeUInt32LE(number * 7919, 14);
  head.writeUInt32LE(number, 18);
  head.writeUInt32LE(number * 31337, 22);
  head[26] = lengths.length;
  return Buffer.concat([head, Buffer.from(lengths), body]);
}

/** @param commentPages pages that the comment takes, which the numbers of those behind it follow */
function ogg(commentPages: number, music: Buffer): Buffer {
  const pages = [page(0n, 0, text('OpusHead'))];
  for (let i = 1; i <= commentPages; i++) {
    pages.push(page(i === commentPages ? 0n : 0xffff_ffff_ffff_ffffn, i, Buffer.alloc(4000, i)));
  }
  for (let at = 0, i = 0; at < music.length; at += 5000, i++) {
    pages.push(page(BigInt(960 * (i + 1)), commentPages + 1 + i, music.subarray(at, at + 5000)));
  }
  return Buffer.concat(pages);
}

const music = sound(1, 200_000);
const other = sound(2, 200_000);

describe.each<[string, (music: Buffer) => Buffer[]]>([
  [
    'an MP3',
    (frames) => [
      frames,
      Buffer.concat([id3v2(300), frames]),
      Buffer.concat([id3v2(90_000), id3v2(20), frames]),
      Buffer.concat([frames, id3v1('a')]),
      Buffer.concat([id3v2(7), frames, ape(400), lyrics3('la la'), id3v1('b')]),
    ],
  ],
  ['a FLAC', (frames) => [flac(10, frames), flac(30_000, frames), Buffer.concat([id3v2(50), flac(0, frames)])]],
  ['an Ogg', (frames) => [ogg(1, frames), ogg(2, frames), ogg(40, frames)]],
  [
    'an M4A',
    (frames) => [
      Buffer.concat([box('ftyp', text('M4A ')), box('mdat', frames), box('moov', Buffer.alloc(100))]),
      Buffer.concat([box('ftyp', text('M4A ')), box('moov', Buffer.alloc(9000)), box('free'), box('mdat', frames)]),
    ],
  ],
  [
    'a fragmented M4A',
    (frames) =>
      [100, 5000].map((moov) =>
        Buffer.concat([
          box('ftyp', text('iso5')),
          box('moov', Buffer.alloc(moov)),
          box('moof', Buffer.alloc(40)),
          box('mdat', frames.subarray(0, 70_001)),
          box('moof', Buffer.alloc(40)),
          box('mdat', frames.subarray(70_001)),
        ]),
      ),
  ],
  [
    'a WAV',
    (frames) => [
      wav(chunk('fmt ', Buffer.alloc(16)), chunk('data', frames)),
      wav(chunk('fmt ', Buffer.alloc(16)), chunk('LIST', Buffer.alloc(501)), text('\0'), chunk('data', frames)),
      wav(chunk('fmt ', Buffer.alloc(16)), chunk('data', frames), chunk('id3 ', Buffer.alloc(77))),
    ],
  ],
])('%s', (_, make) => {
  it('is known again whatever its tags are', async () => {
    const hashes = await Promise.all(make(music).map(hashOf));
    expect(hashes[0]).toMatch(/^[0-9a-z]+-[\w-]{22}$/);
    expect(new Set(hashes).size).toBe(1);
  });

  it('is told from another, from a longer one, and from one with another end or middle', async () => {
    const changed = (at: number) => {
      const copy = Buffer.from(music);
      copy.fill(0, at, at + 1000);
      return copy;
    };
    const sounds = [music, other, Buffer.concat([music, text('x')]), changed(199_000), changed(70_000), changed(0)];
    const hashes = await Promise.all(sounds.map((each) => hashOf(make(each)[0] ?? Buffer.alloc(0))));
    expect(new Set(hashes).size).toBe(sounds.length);
  });
});

it('finds no sound where there is none', async () => {
  for (const bytes of [Buffer.alloc(0), id3v2(30), flac(20, Buffer.alloc(0)), wav(chunk('fmt ', Buffer.alloc(16)))]) {
    expect(await hashOf(bytes)).toBeNull();
  }
});

it('ends, whatever the bytes are', async () => {
  const starts = ['', 'ID3\x03', 'OggS', 'RIFF\0\0\0\0WAVE', '\0\0\0\x08ftyp', 'fLaC', 'TAG', 'APETAGEX'].map(text);
  const ends = ['', 'APETAGEX\0\0\0\0\xff\xff\xff\xff', '999999LYRICS200'].map(text);
  const bytes = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...ends));
  await fc.assert(
    fc.asyncProperty(bytes, async (parts) => {
      expect(String(await hashOf(Buffer.concat(parts)))).toMatch(/^(?:[0-9a-z]+-[\w-]{22}|null)$/);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
  );
});
