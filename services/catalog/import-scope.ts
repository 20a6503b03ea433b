import type { ListedFile } from '@/lib/media-store/media-store';
import type { Part } from './folders/folders';

/** What an import is of. */
export interface Scope {
  /** Key of the imported folder. */
  folder: string;
  /** Only these folders of it, such as those that changed; null: all. */
  parts: readonly Part[] | null;
  /** The import that is shown to people; null: it is a look in the background. */
  importId: string | null;
  /** Files, too, that are as they were. */
  reread?: boolean;
  /** Whether a file is written no longer; whatever is not, is left for later. */
  isAtRest: (file: ListedFile) => boolean;
}

/** The folder is missing, or empty though there was music in it. Nothing was changed. */
export class FolderAway extends Error {
  override readonly name = 'FolderAway';
  constructor(readonly code: 'folder_missing' | 'folder_empty') {
    super(code);
  }
}
