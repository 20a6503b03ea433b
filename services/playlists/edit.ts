import type { PlaylistVisibility } from '@/lib/contracts/playlists';
import type { SmartRules } from '@/lib/contracts/smart-fields';
import type { Place } from './order';

export interface Entry {
  entryId: string;
  trackId: string;
  /** Epoch ms. */
  addedAt: number;
}

export interface Sharing {
  visibility: PlaylistVisibility;
  /** Sorted, each once, the owner not among them. */
  members: string[];
  /** How the owner named them, sorted. Absent in what was kept before this was known, null: by their accounts. */
  named?: string[] | null;
}

/**
 * What can be done to a playlist that exists. What takes an edit back is an edit too, so that it can be kept, applied, and
 * taken back again. `from`: what it must be now; absent: whatever it is.
 */
export type Edit =
  | { kind: 'append'; entries: Entry[] }
  | { kind: 'take'; entryIds: string[] }
  | { kind: 'put'; places: (Place & Entry)[] }
  | { kind: 'move'; entryIds: string[]; before: string | null }
  | { kind: 'arrange'; places: Place[] }
  | { kind: 'name'; to: string; from?: string }
  | { kind: 'description'; to: string; from?: string }
  | { kind: 'rules'; to: SmartRules; from?: SmartRules }
  | { kind: 'sharing'; to: Sharing; from?: Sharing }
  | { kind: 'existence'; to: boolean };
