'use client';
import { useEffect, useState } from 'react';
import { coverUrl } from '../addresses';
import { hueOf, LOOKED_AT_PX } from './tint';

/** The hue of a cover, once its small picture is here; null where it has none. The one before stays until then. */
export function useCoverHue(coverId: string | null): number | null {
  const [hue, setHue] = useState<number | null>(null);
  useEffect(() => {
    if (coverId === null) {
      setHue(null);
      return;
    }
    let here = true;
    hueOfPicture(coverUrl(coverId, 'small')).then(
      (found) => {
        if (here) setHue(found);
      },
      () => {
        if (here) setHue(null);
      },
    );
    return () => {
      here = false;
    };
  }, [coverId]);
  return hue;
}

/** @throws {Error} when the picture cannot be loaded */
async function hueOfPicture(url: string): Promise<number | null> {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = LOOKED_AT_PX;
  canvas.height = LOOKED_AT_PX;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.drawImage(picture, 0, 0, LOOKED_AT_PX, LOOKED_AT_PX);
  return hueOf(context.getImageData(0, 0, LOOKED_AT_PX, LOOKED_AT_PX).data);
}
