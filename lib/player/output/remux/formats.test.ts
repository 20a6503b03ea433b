import { describe, expect, it } from 'vitest';
import { FORMATS } from '@/lib/assets/formats';
import { CONTAINERS } from '@/lib/contracts/manifest';
import { INPUTS, loadFormats } from './formats';

describe('the remuxer', () => {
  it('has a loader for what the registry remuxes, and for nothing else', () => {
    const remuxed = CONTAINERS.filter((container) => FORMATS[container].mse.some(({ as }) => as !== 'raw'));
    expect(Object.keys(INPUTS).sort()).toEqual([...CONTAINERS].sort());
    expect(CONTAINERS.filter((container) => INPUTS[container] !== null)).toEqual(remuxed);
  });

  const ways = CONTAINERS.flatMap((container) => FORMATS[container].mse.map(({ as }) => ({ container, as })));
  it.each(ways)('can be loaded for $container as $as', async ({ container, as }) => {
    if (as === 'raw') return;
    const { input, outputFormat } = await loadFormats(container, as);
    // The first half differs: `video/mp4`, `application/ogg`.
    expect(input.inputFormat.mimeType.split('/')[1]).toBe(FORMATS[container].mime.split('/')[1]);
    expect(outputFormat({ header: () => undefined, media: () => undefined }).fileExtension).toBe(`.${as}`);
  });

  it('refuses what is never remuxed', async () => {
    await expect(loadFormats('wav', 'mp4')).rejects.toThrow('not remuxed');
  });
});
