/** Which way of feeding a browser takes a file. */
import { FORMATS, type MseWay, type RemuxTarget } from '@/lib/assets/formats';
import type { Container, ManifestHeader } from '@/lib/contracts/manifest';

/** `mime` is the SourceBuffer's. */
export type Way = { kind: 'raw'; mime: string } | { kind: 'remux'; mime: string; into: RemuxTarget };

/** The best way that the browser takes. Null: no way; the plain file is all there is (WAV, ALAC, FLAC in Ogg). */
export function chooseWay(
  file: Pick<ManifestHeader, 'container' | 'codec'>,
  isTypeSupported: (mime: string) => boolean,
): Way | null {
  const ways = FORMATS[file.container].mse
    .filter(({ codecs }) => codecs.test(file.codec))
    .map((way) => wayOf(way, file));
  return ways.find((way) => isTypeSupported(way.mime)) ?? null;
}

function wayOf({ as }: MseWay, { container, codec }: { container: Container; codec: string }): Way {
  if (as === 'raw') return { kind: 'raw', mime: FORMATS[container].mime };
  return { kind: 'remux', mime: `audio/${as}; codecs="${codec}"`, into: as };
}
