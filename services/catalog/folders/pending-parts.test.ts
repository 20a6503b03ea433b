import { describe, expect, it } from 'vitest';
import type { FolderEvent } from '@/lib/media-store/media-store';
import type { Part } from './folders';
import { LONGEST_WAIT_MS, MAX_PARTS, PendingParts, QUIET_MS } from './pending-parts';

const create = (path: string): FolderEvent => ({ type: 'create', path });
const update = (path: string): FolderEvent => ({ type: 'update', path });
const remove = (path: string): FolderEvent => ({ type: 'delete', path });
const alone = (folder: string): Part => ({ folder, below: false });
const whole = (folder: string): Part => ({ folder, below: true });

const cases: [string, string, FolderEvent[], Part[]][] = [
  ['a new file', '/m', [create('/m/A/1.mp3')], [alone('/m/A')]],
  ['a file in the folder itself', '/m', [update('/m/1.flac')], [alone('/m')]],
  ['a removed file', '/m', [remove('/m/A/1.mp3')], [alone('/m/A')]],
  [
    'many files of one folder',
    '/m',
    [create('/m/A/1.mp3'), create('/m/A/2.mp3'), update('/m/A/2.mp3')],
    [alone('/m/A')],
  ],
  ['a cover, and lyrics', '/m', [create('/m/A/Cover.JPG'), update('/m/B/1.lrc')], [alone('/m/A'), alone('/m/B')]],
  ['another picture', '/m', [create('/m/A/holiday.jpg'), update('/m/A/notes.txt')], [whole('/m/A/holiday.jpg')]],
  ['a new folder, and what is in it', '/m', [create('/m/A'), create('/m/A/CD1/1.mp3')], [whole('/m/A')]],
  ['a renamed folder', '/m', [remove('/m/A'), create('/m/B')], [whole('/m/A'), whole('/m/B')]],
  [
    'a folder whose name begins as another’s',
    '/m',
    [create('/m/A'), create('/m/Ab/1.mp3')],
    [whole('/m/A'), alone('/m/Ab')],
  ],
  ['a folder’s own times', '/m', [update('/m/A')], []],
  ['what is hidden', '/m', [create('/m/.trash/1.mp3'), create('/m/A/.1.mp3.part'), create('/m/.x')], []],
  ['what lies elsewhere', '/m', [create('/music/1.mp3'), create('/m2')], []],
  ['the folder itself', '/m', [remove('/m')], [whole('/m')]],
  ['a file beside it, and then the whole folder', '/m', [create('/m/A/1.mp3'), create('/m/A')], [whole('/m/A')]],
  ['Windows', 'C:\\m', [create('C:\\m\\A\\1.mp3'), create('C:\\m\\.x\\1.mp3')], [alone('C:\\m\\A')]],
  ['the root of a disk', '/', [create('/A/1.mp3'), create('/1.mp3')], [alone('/A'), alone('/')]],
];

describe('what is looked at again', () => {
  it.each(cases)('%s', (_, root, events, expected) => {
    const pending = new PendingParts(root);
    pending.note(events, 0);
    expect(pending.take(QUIET_MS)).toEqual(expected);
    expect(pending.nextAt).toBeNull();
  });
});

describe('when', () => {
  it('is once nothing has changed for a while', () => {
    const pending = new PendingParts('/m');
    expect(pending.nextAt).toBeNull();
    pending.note([create('/m/A/1.mp3')], 0);
    pending.note([update('/m/A/1.mp3')], 1_000);
    pending.note([create('/m/B/1.mp3')], 2_000);
    expect(pending.nextAt).toBe(1_000 + QUIET_MS);
    expect(pending.take(1_000 + QUIET_MS - 1)).toEqual([]);
    expect(pending.take(1_000 + QUIET_MS)).toEqual([alone('/m/A')]);
    expect(pending.nextAt).toBe(2_000 + QUIET_MS);
  });

  it('is soon also where the changes never end', () => {
    const pending = new PendingParts('/m');
    for (let now = 0; now < LONGEST_WAIT_MS; now += 500) {
      pending.note([update('/m/A/1.mp3')], now);
      expect(pending.take(now)).toEqual([]);
    }
    expect(pending.take(LONGEST_WAIT_MS)).toEqual([alone('/m/A')]);
  });

  it('has a bound: of very many parts the whole folder is looked at', () => {
    const pending = new PendingParts('/m');
    for (let i = 0; i <= MAX_PARTS; i++) pending.note([create(`/m/${i}/1.mp3`)], i);
    expect(pending.nextAt).toBe(MAX_PARTS + QUIET_MS);
    expect(pending.take(LONGEST_WAIT_MS)).toEqual([whole('/m')]);
    expect(pending.nextAt).toBeNull();
  });
});
