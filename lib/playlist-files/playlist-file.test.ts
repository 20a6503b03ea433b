import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { FileTrack, PlaylistFile } from './contents';
import { formats, labelOf } from './playlist-file';

const track = (over: Partial<FileTrack>): FileTrack => ({
  title: '',
  artist: '',
  album: '',
  durationS: null,
  fileName: '',
  location: '',
  ...over,
});

describe('M3U8', () => {
  const read = formats.m3u8.read;

  it('reads relative paths behind a BOM with CRLF, as foobar2000 writes them', () => {
    const text =
      '\ufeff#EXTM3U\r\n#EXTINF:215,Elis Regina - Águas de Março\r\nElis & Tom\\01 Águas de Março.flac\r\n' +
      '#EXTINF:62,Prelúdio\r\nC:\\Music\\100%.mp3\r\n';
    expect(read(text).tracks).toEqual([
      track({
        title: 'Águas de Março',
        artist: 'Elis Regina',
        durationS: 215,
        fileName: '01 Águas de Março.flac',
        location: 'Elis & Tom\\01 Águas de Março.flac',
      }),
      track({ title: 'Prelúdio', durationS: 62, fileName: '100%.mp3', location: 'C:\\Music\\100%.mp3' }),
    ]);
  });

  it('reads percent-encoded addresses and VLC’s own directives', () => {
    const text =
      '#EXTM3U\n#EXTVLCOPT:network-caching=1000\n#EXTINF:180,Caf\u00e9 Tacvba - Eres\nfile:///home/ana/M%C3%BAsica/Eres.mp3\n';
    expect(read(text).tracks).toEqual([
      track({
        title: 'Eres',
        artist: 'Café Tacvba',
        durationS: 180,
        fileName: 'Eres.mp3',
        location: 'file:///home/ana/M%C3%BAsica/Eres.mp3',
      }),
    ]);
  });

  it('reads name, album and artist where they stand apart, and unknown lengths', () => {
    const text =
      '#EXTM3U\n#PLAYLIST:Sunday, slowly\n#EXTALB:Jun - Jul\n#EXTART:A - Team\n#EXTINF:-1 tvg-id="a,b" x="",A - Team - B - C\n/music/c.ogg\n' +
      '#EXTINF:0,Only a title\nhttps://radio.example/a%20b.mp3?session=1\n';
    const { name, tracks } = read(text);
    expect(name).toBe('Sunday, slowly');
    expect(tracks).toEqual([
      track({ title: 'B - C', artist: 'A - Team', album: 'Jun - Jul', fileName: 'c.ogg', location: '/music/c.ogg' }),
      track({
        title: 'Only a title',
        fileName: 'a b.mp3',
        location: 'https://radio.example/a%20b.mp3?session=1',
      }),
    ]);
  });

  it('reads a plain list of paths, as Quod Libet and old players write it', () => {
    const { tracks } = read('../Jazz/So What.flac\n\n# a remark\n~/x/Blue in Green.flac');
    expect(tracks.map((one) => [one.title, one.fileName])).toEqual([
      ['', 'So What.flac'],
      ['', 'Blue in Green.flac'],
    ]);
    expect(labelOf(tracks[0] as FileTrack)).toBe('../Jazz/So What.flac');
  });

  // Each took minutes or hours: a pattern tried every way to split the spaces.
  it.each([
    ['spaces before a line separator', `#EXTINF:1${' '.repeat(900_000)}a\u2028b\nx.mp3`],
    ['many such lines', `#EXTINF:1${' '.repeat(8_000)}a\u2028b\nx.mp3\n`.repeat(100)],
    ['attributes that do not end', `#EXTINF:1${' a="'.repeat(200_000)}\nx.mp3`],
  ])('reads %s as quickly as anything else', (_what, text) => {
    expect(read(text).tracks[0]?.fileName).toBe('x.mp3');
  });

  it('writes no line that a tag could have made', () => {
    const text = formats.m3u8.write({
      name: 'a\n#EXTINF:1,x',
      description: '',
      tracks: [track({ title: 'x\r\n/etc/passwd', artist: 'y', location: 'https://site/1' })],
    });
    expect(read(text).tracks).toHaveLength(1);
    expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual(['https://site/1', '']);
  });
});

describe('XSPF', () => {
  const read = formats.xspf.read;

  it('reads what VLC writes, with extensions of its own', () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<playlist xmlns="http://xspf.org/ns/0/" xmlns:vlc="http://www.videolan.org/vlc/playlist/ns/0/" version="1">
	<title>Playlist</title>
	<trackList>
		<track>
			<location>file:///C:/Music/Tom%20%26%20Elis/01.mp3</location>
			<title>Triste &amp; alegre &#233; &#x41; &unknown;</title>
			<creator><![CDATA[Tom <Jobim> &amp;]]></creator>
			<album>Elis &lt;3</album>
			<duration>155500</duration>
			<extension application="http://www.videolan.org/vlc/playlist/0"><vlc:id>0</vlc:id></extension>
		</track>
	</trackList>
	<extension application="http://www.videolan.org/vlc/playlist/0"><vlc:item tid="0"/></extension>
</playlist>`;
    expect(read(text)).toEqual({
      name: 'Playlist',
      description: '',
      tracks: [
        track({
          title: 'Triste & alegre é A &unknown;',
          artist: 'Tom <Jobim> &amp;',
          album: 'Elis <3',
          durationS: 155.5,
          fileName: '01.mp3',
          location: 'file:///C:/Music/Tom%20%26%20Elis/01.mp3',
        }),
      ],
    });
  });

  it('reads an empty list, prefixes, and tracks without a word', () => {
    expect(read('<playlist version="1"><trackList/></playlist>').tracks).toEqual([]);
    expect(read('<playlist version="1"/>').tracks).toEqual([]);
    const prefixed =
      '<x:playlist xmlns:x="http://xspf.org/ns/0/"><x:trackList><x:track/><x:track><x:title/></x:track></x:trackList></x:playlist>';
    expect(read(prefixed).tracks).toEqual([track({}), track({})]);
  });

  it('expands nothing that a document declares', () => {
    const bomb = `<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;">]>
      <playlist version="1"><title>&c;&b;</title><trackList/></playlist>`;
    expect(read(bomb).name).toBe('&c;&b;');
  });

  it('refuses more tags than a full playlist needs, before it parses one', () => {
    const wide = `<playlist><title>${'<b/>x'.repeat(200_000)}</title></playlist>`;
    expect(() => read(wide)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  it.each([
    ['nothing of XML', 'hello'],
    ['another document', '<html><body/></html>'],
    ['cut off in the middle', '<playlist><trackList><track><title>x'],
    [
      'files from elsewhere',
      '<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]><playlist><title>&f;</title></playlist>',
    ],
    ['nested without end', `<playlist>${'<a>'.repeat(90_000)}`],
    ['nested and closed', `<playlist>${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}</playlist>`],
    ['brackets', '<'.repeat(100_000)],
    ['comments that do not end', `<playlist>${'<!--'.repeat(90_000)}</playlist>`],
    ['names of JavaScript’s own', '<playlist><__proto__><title>x</title></__proto__></playlist>'],
  ])('refuses %s', (_what, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});

/** Any UTF-16, halves of surrogate pairs too. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 300 });

describe.each(['m3u8', 'xspf'] as const)('%s', (format) => {
  const words = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((text) => text.replace(/[\p{Cc}\p{Z}\p{Cf}]+/gu, ' ').trim());
  const said = words.filter((text) => text !== '');
  const tracks = fc.array(
    fc.record({
      title: said.filter((title) => !title.startsWith('- ')),
      artist: said,
      album: words,
      durationS: fc.option(fc.integer({ min: 1, max: 100_000 })),
      id: fc.integer({ min: 0 }),
    }),
    { maxLength: 20 },
  );

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(words, tracks, (name, given) => {
        const playlist: PlaylistFile = {
          name,
          description: '',
          tracks: given.map(({ id, ...tags }) => ({
            ...tags,
            fileName: `${id}`,
            location: `https://enxame.example/t/${id}`,
          })),
        };
        expect(formats[format].read(formats[format].write(playlist))).toEqual(playlist);
      }),
    );
  });

  it('reads any text or refuses it with a reason', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          formats[format].read(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
        }
      }),
    );
  });

  it('takes 5,000 tracks and not more', () => {
    const many = (count: number) =>
      formats[format].write({
        name: '',
        description: '',
        tracks: Array.from({ length: count }, (_, i) => track({ title: `${i}`, artist: 'x', location: `/${i}` })),
      });
    expect(formats[format].read(many(5_000)).tracks).toHaveLength(5_000);
    expect(() => formats[format].read(many(5_001))).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  it('makes no track of a file that it refuses for its length', () => {
    const longest = {
      m3u8: 'a\n'.repeat(300_000),
      xspf: `<playlist><trackList>${'<track><title>a</title></track>'.repeat(30_000)}`,
    };
    // Every text of a track is cleaned once or more.
    const cleaned = vi.spyOn(Buffer, 'from');
    try {
      expect(() => formats[format].read(longest[format])).toThrow(expect.objectContaining({ code: 'too_large' }));
      expect(cleaned.mock.calls.length).toBeLessThan(100_000);
    } finally {
      cleaned.mockRestore();
    }
  });
});
