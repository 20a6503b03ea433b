import { describe, expect, it } from 'vitest';
import { nearestByPath } from './match';

const at = (id: string, path: string, durationS = 100) => ({ id, path, durationS });
const two = [at('a', '/music/Elis/Águas/01.mp3', 100), at('b', '/music/Tom/Wave/01.mp3', 200)];
const line = (folders: string[], more: { title?: string; durationS?: number | null } = {}) => ({
  folders,
  title: '',
  durationS: null,
  ...more,
});

describe('nearestByPath', () => {
  it.each([
    ['the only one', line([]), [two[0]], 'a'],
    ['none of two, where no folder is said', line([]), two, null],
    ['the one in the same folder', line(['D', 'wave']), two, 'b'],
    ['the one in a folder whose name is decomposed', line(['Elis', 'Águas'.normalize('NFD')]), two, 'a'],
    [
      'the one with most folders',
      line(['Tom', 'Live']),
      [at('a', '/x/Ana/Live/1.mp3'), at('b', '/x/Tom/Live/1.mp3')],
      'b',
    ],
    [
      'none, where as many folders agree',
      line(['Live']),
      [at('a', '/x/Ana/Live/1.mp3'), at('b', '/x/Tom/Live/1.mp3')],
      null,
    ],
    ['the one of that length', line([], { title: 'Wave', durationS: 201 }), two, 'b'],
    ['none, where the length is another', line([], { title: 'Wave', durationS: 150 }), two, null],
    [
      'the one in the same folder, though its length is another',
      line(['Wave'], { title: 'x', durationS: 150 }),
      two,
      'b',
    ],
    ['none of a name alone, where there is a title', line([], { title: 'x' }), [two[0]], null],
    ['none of none', line(['a']), [], null],
  ])('finds %s', (_, wanted, candidates, id) => {
    expect(
      nearestByPath(
        wanted,
        candidates.flatMap((one) => one ?? []),
      ),
    ).toBe(id);
  });

  it('finds none where too many have the name', () => {
    const many = Array.from({ length: 200 }, (_, i) => at(`${i}`, `/x/${i}/01.mp3`));
    expect(nearestByPath(line(['7']), many)).toBeNull();
  });
});
