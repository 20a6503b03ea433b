/** What changes in a watched folder ask for: which parts of it to look at again, and when. */
import { isAudioName } from '@/lib/assets/formats';
import { type FolderEvent, isCoverName, isHidden, isLyricsName } from '@/lib/media-store/media-store';
import type { Part } from './folders';

/** Without an event for so long (ms), whoever changed a folder is taken to have finished. */
export const QUIET_MS = 2_500;
/** A folder that is changed all the time is looked at this long (ms) after the first change all the same: within ten seconds it is to be seen. */
export const LONGEST_WAIT_MS = 5_000;
/** Of more parts than this, the whole folder is looked at. */
export const MAX_PARTS = 1_000;

interface Pending extends Part {
  firstAt: number;
  lastAt: number;
}

/** Parts of one imported folder that wait to be looked at. Times are epoch ms, given by the caller. */
export class PendingParts {
  private readonly parts = new Map<string, Pending>();

  constructor(private readonly root: string) {}

  note(events: readonly FolderEvent[], now: number): void {
    for (const event of events) {
      const part = partOf(this.root, event);
      if (part !== null) this.add(part, now);
    }
  }

  /** As if something in this part had changed now. */
  add({ folder, below }: Part, now: number): void {
    if (this.parts.size >= MAX_PARTS) {
      const firstAt = Math.min(...[...this.parts.values()].map((part) => part.firstAt));
      this.parts.clear();
      this.parts.set(this.root, { folder: this.root, below: true, firstAt, lastAt: now });
    }
    const known = this.parts.get(folder);
    const firstAt = known?.firstAt ?? now;
    this.parts.set(folder, { folder, below: below || known?.below === true, firstAt, lastAt: now });
  }

  /** When something is to be looked at; null while nothing is. */
  get nextAt(): number | null {
    return this.parts.size === 0 ? null : Math.min(...[...this.parts.values()].map(dueAt));
  }

  /** Hands over what is due, and what lies below that. */
  take(now: number): Part[] {
    const due = [...this.parts.values()].filter((part) => dueAt(part) <= now);
    const deep = due.filter(({ below }) => below);
    for (const part of this.parts.values()) {
      if (due.includes(part) || deep.some(({ folder }) => isBelow(folder, part.folder))) this.parts.delete(part.folder);
    }
    return due
      .filter((part) => !deep.some(({ folder }) => isBelow(folder, part.folder)))
      .map(({ folder, below }) => ({ folder, below }));
  }
}

function dueAt({ firstAt, lastAt }: Pending): number {
  return Math.min(lastAt + QUIET_MS, firstAt + LONGEST_WAIT_MS);
}

/** @returns null where the change is of nothing that an import reads */
function partOf(root: string, { type, path }: FolderEvent): Part | null {
  if (path === root) return { folder: root, below: true };
  if (!isBelow(root, path)) return null;
  const names = path
    .slice(root.length)
    .split(/[\\/]/u)
    .filter((name) => name !== '');
  const name = names.at(-1) ?? '';
  if (names.some(isHidden)) return null;
  if (isAudioName(name) || isCoverName(name) || isLyricsName(name)) return { folder: parentOf(path), below: false };
  // Whether it is a folder is not told, and of one that is gone nobody can see it. What is in one tells of itself when it changes.
  return type === 'update' ? null : { folder: path, below: true };
}

function parentOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/u, '') || '/';
}

function isBelow(folder: string, path: string): boolean {
  const prefix = /[\\/]$/u.test(folder) ? folder : `${folder}${path.charAt(folder.length)}`;
  return path.length > folder.length && path.startsWith(prefix) && /[\\/]$/u.test(prefix);
}
