import { FolderStore } from './folder/folder-store';
import type { MediaStore, MediaStoreDescription } from './media-store';

/** Opens the store that is described: in the process that is configured with it, and in each of its worker threads. */
export function openMediaStore({ kind }: MediaStoreDescription): MediaStore {
  switch (kind) {
    case 'folder':
      return new FolderStore();
  }
}
