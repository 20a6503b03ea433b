/** One import for each container, so that a browser fetches only the part of mediabunny that a file needs. */
import type { InputFormat, OutputFormat } from 'mediabunny';
import type { RemuxTarget } from '@/lib/assets/formats';
import type { Container, ManifestHeader } from '@/lib/contracts/manifest';
import type { VirtualFile } from '../virtual-file';
import type { Pieces } from './pieces';

/** How files of one container are read. */
export interface RemuxInput {
  inputFormat: InputFormat;
  /** The file as mediabunny has to see it, where that differs from what it is. */
  prepareFile?(file: VirtualFile): VirtualFile;
  /** What a decoder is told, where that differs from what the file says. */
  prepareConfig?(config: AudioDecoderConfig, file: ManifestHeader): AudioDecoderConfig;
  /** Puts right, in place, what mediabunny writes into a header for files of this container. */
  correctHeader?(header: Uint8Array, file: ManifestHeader): void;
}

/** How files of one kind are written. */
interface RemuxOutput {
  outputFormat(pieces: Pieces): OutputFormat;
}

/** Null: never remuxed, because no browser takes what would come of it. */
export const INPUTS: Readonly<Record<Container, (() => Promise<RemuxInput>) | null>> = {
  mp3: () => import('./from-mp3'),
  flac: () => import('./from-flac'),
  ogg: () => import('./from-ogg'),
  mp4: () => import('./from-mp4'),
  wav: null,
};

const OUTPUTS: Readonly<Record<RemuxTarget, () => Promise<RemuxOutput>>> = {
  mp4: () => import('./into-mp4'),
  webm: () => import('./into-webm'),
};

export interface Formats extends RemuxOutput {
  input: RemuxInput;
}

/** @throws {Error} for a container that is not remuxed, or when the network is away */
export async function loadFormats(container: Container, into: RemuxTarget): Promise<Formats> {
  const loadInput = INPUTS[container];
  if (loadInput === null) throw new Error(`${container} is not remuxed`);
  const [input, { outputFormat }] = await Promise.all([loadInput(), OUTPUTS[into]()]);
  return { input, outputFormat };
}
