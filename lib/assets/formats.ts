/**
 * The audio formats, one entry for each container. This is all that is known of a format outside of the code that reads and remuxes it; it is
 * plain data, so that browsers can have it too.
 *
 * A new format needs its container in lib/contracts/manifest.ts, an entry here, a parser (seek/build.ts), and, where browsers take it
 * remuxed, a loader (lib/player/output/remux/formats.ts). The type checker asks for each of them.
 */
import { CONTAINERS, type Container } from '@/lib/contracts/manifest';

/** Containers that Media Source Extensions take and a file can be remuxed into. */
export type RemuxTarget = 'mp4' | 'webm';

/** A way into a SourceBuffer, for files with one of these codecs. `raw`: the file's sound as it is. */
export interface MseWay {
  codecs: RegExp;
  as: 'raw' | RemuxTarget;
}

export interface AudioFormat {
  /** As people call it. */
  name: string;
  /** Endings of file names, in lower case, with the dot. */
  endings: readonly string[];
  mime: string;
  /**
   * What tells where a jump may start. `points`: places that its parser found, in the manifest. `own`: the header of the file itself, which
   * is exact; the manifest then has no points.
   */
  seekIndex: 'points' | 'own';
  /** The best first. None: there is only the plain file. */
  mse: readonly MseWay[];
}

export const FORMATS: Readonly<Record<Container, AudioFormat>> = {
  mp3: {
    name: 'MP3',
    endings: ['.mp3'],
    mime: 'audio/mpeg',
    seekIndex: 'points',
    // As it is in Chromium, in MP4 in Firefox.
    mse: [
      { codecs: /^mp3$/, as: 'raw' },
      { codecs: /^mp3$/, as: 'mp4' },
    ],
  },
  flac: {
    name: 'FLAC',
    endings: ['.flac'],
    mime: 'audio/flac',
    seekIndex: 'points',
    mse: [{ codecs: /^flac$/, as: 'mp4' }],
  },
  ogg: {
    name: 'Ogg',
    endings: ['.ogg', '.oga', '.opus'],
    mime: 'audio/ogg',
    seekIndex: 'points',
    // Opus is the usual, and so the first; FLAC in Ogg has no way.
    mse: [
      { codecs: /^opus$/, as: 'mp4' },
      { codecs: /^vorbis$/, as: 'webm' },
    ],
  },
  mp4: {
    name: 'MP4',
    // Not `.aac`: raw AAC has no container to seek in.
    endings: ['.m4a', '.m4b', '.mp4'],
    mime: 'audio/mp4',
    seekIndex: 'own',
    // AAC only: no browser takes ALAC.
    mse: [{ codecs: /^mp4a\./, as: 'mp4' }],
  },
  wav: {
    name: 'WAV',
    endings: ['.wav'],
    mime: 'audio/wav',
    seekIndex: 'own',
    // No browser takes PCM through MSE.
    mse: [],
  },
};

const ALL = CONTAINERS.map((container) => ({ container, ...FORMATS[container] }));
const ENDINGS = new Set(ALL.flatMap(({ endings }) => endings));

/** Endings of sound and of films that are not played, so that an import can name what it leaves out; texts and pictures beside music are nobody's loss. */
const OTHER_ENDINGS: ReadonlySet<string> = new Set(
  (
    '.3ga .3gp .aa .aac .aax .ac3 .aif .aifc .aiff .alac .amr .ape .asf .au .avi .caf .dff .dsd .dsf .dts .eac3 .flv .gsm .it .m4p .m4r .m4v ' +
    '.mid .midi .mka .mkv .mod .mov .mp1 .mp2 .mpc .mpeg .mpg .mpp .oma .ofr .ofs .ogv .qcp .ra .ram .rm .s3m .shn .snd .spx .tak .tta .voc ' +
    '.vqf .w64 .wave .webm .weba .wma .wmv .wv .xm'
  ).split(' '),
);

const endingOf = (name: string) => name.slice(Math.max(0, name.lastIndexOf('.'))).toLowerCase();

/** The ending of a file of sound or film that is not played; null for any other file. */
export function skippedEnding(name: string): string | null {
  const ending = endingOf(name);
  return OTHER_ENDINGS.has(ending) ? ending : null;
}

/** Whether a file is taken for audio, by the ending of its name. */
export function isAudioName(name: string): boolean {
  return name.lastIndexOf('.') > 0 && ENDINGS.has(endingOf(name));
}

/** The container of files of this MIME type. */
export function containerOfMime(mime: string): Container | undefined {
  return ALL.find((format) => format.mime === mime)?.container;
}

/** All of them, as part of a sentence: `MP3, FLAC or WAV`. */
export function formatNames(): string {
  const names = ALL.map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
