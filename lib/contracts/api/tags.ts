import * as z from 'zod/mini';
import { id } from '../ids';
import { rpc } from '../rpc';
import { tagChange, tagChanged, tagEdit, tagSheet, tagsAsked } from '../tag-edits';
import { rulesInForce, rulesPreview } from '../tag-rules';
import { publicPerson } from './account';
import { endpoint } from './endpoint';

/** Ids of as many tracks as one edit may be of, and the longest values of all fields. */
const MAX_EDIT_BYTES = 256 * 1024;

export const tags = {
  sheet: endpoint({
    method: 'POST',
    path: '/api/tags/sheet',
    access: 'admin',
    summary: 'What some tracks have in the fields that can be edited, and what their files say.',
    body: tagsAsked,
    maxBodyBytes: MAX_EDIT_BYTES,
    answer: tagSheet,
  }),
  edit: endpoint({
    method: 'PATCH',
    path: '/api/tags',
    access: 'admin',
    summary:
      'Sets fields of tracks over what their files say (`set`; null: none), or gives fields back to it (`revert`). The files are not changed.',
    body: tagChange,
    maxBodyBytes: MAX_EDIT_BYTES,
    answer: tagChanged,
  }),
  edits: endpoint({
    method: 'GET',
    path: '/api/tags/edits',
    access: 'admin',
    summary: 'The latest edits of tags, and who made them.',
    query: rpc['catalog.tagEdits'].params,
    answer: z.object({ edits: z.array(tagEdit), total: z.int(), people: z.array(publicPerson) }),
  }),
  undo: endpoint({
    method: 'POST',
    path: '/api/tags/edits/{id}/undo',
    access: 'admin',
    summary: 'Takes an edit back, but for what was edited again since then. Undoing an undo does it again.',
    params: z.object({ id }),
    answer: tagChanged,
  }),
  revert: endpoint({
    method: 'POST',
    path: '/api/tags/edits/{id}/revert',
    access: 'admin',
    summary: 'Gives the fields of an edit back to what the files of its tracks say.',
    params: z.object({ id }),
    answer: tagChanged,
  }),
  rules: endpoint({
    method: 'GET',
    path: '/api/tags/rules',
    access: 'admin',
    summary: 'The rules by which names in tags are split, and how many tracks are still to be named by them.',
    answer: rulesInForce,
  }),
  setRules: endpoint({
    method: 'PUT',
    path: '/api/tags/rules',
    access: 'admin',
    summary:
      'Changes the rules by which names in tags are split (null: those that come with Enxame), and names the library by them.',
    body: rpc['catalog.setTagRules'].params,
    maxBodyBytes: MAX_EDIT_BYTES,
    answer: rulesInForce,
  }),
  previewRules: endpoint({
    method: 'POST',
    path: '/api/tags/rules/preview',
    access: 'admin',
    summary:
      'What other rules would split otherwise, of the names in the tags of the library, and of a text to try (`sample`).',
    body: rpc['catalog.previewTagRules'].params,
    maxBodyBytes: MAX_EDIT_BYTES,
    answer: rulesPreview,
  }),
} as const;
