/** Playing: admission of a tab to the swarm, and grants. */
import * as z from 'zod/mini';
import { GRANT_HEAD_TYPE } from '../grant-head';
import { id } from '../ids';
import { grant, peerAdmission, playbackRequest } from '../playback';
import { SOUND_FIRST_TYPE } from '../sound-first';
import { empty, endpoint } from './endpoint';

const peer = z.object({ peerId: id });

export const playback = {
  admit: endpoint({
    method: 'POST',
    path: '/api/peer',
    access: 'listener',
    summary:
      'What a tab needs before it can take part: a token for signaling, STUN and TURN servers, the key that signs manifests.',
    body: peer,
    answer: peerAdmission,
  }),
  grant: endpoint({
    method: 'POST',
    path: '/api/playback',
    access: 'listener',
    summary:
      'A grant to play a track; with `headAtS`, the chunk that sound begins with comes behind it in the same answer; with `soundFirst`, what sound needs comes ahead of the rest.',
    body: playbackRequest,
    answer: grant,
    media: [GRANT_HEAD_TYPE, SOUND_FIRST_TYPE],
  }),
  release: endpoint({
    method: 'POST',
    path: '/api/playback/release',
    access: 'listener',
    summary: 'This tab stopped playing: its stream no longer counts against the account’s limit.',
    body: peer,
    answer: empty,
  }),
  stream: endpoint({
    method: 'GET',
    path: '/api/stream/{trackId}',
    access: 'listener',
    summary: 'The plain file by Range, for tabs that cannot take part in the swarm; checked as a grant is.',
    params: z.object({ trackId: id }),
    query: z.object({ peer: id }),
    media: ['audio/*'],
    servedBy: 'origin',
  }),
  downloadTrack: endpoint({
    method: 'GET',
    path: '/api/download/tracks/{id}',
    access: 'listener',
    summary: 'The file of a track to be kept, by Range, where the server allows downloads; checked as a grant is.',
    params: z.object({ id }),
    media: ['audio/*'],
    servedBy: 'origin',
  }),
  downloadAlbum: endpoint({
    method: 'GET',
    path: '/api/download/albums/{id}',
    access: 'listener',
    summary:
      'The files of an album as one ZIP archive, where the server allows downloads; each file is checked as a grant is.',
    params: z.object({ id }),
    media: ['application/zip'],
    servedBy: 'origin',
  }),
  downloadPlaylist: endpoint({
    method: 'GET',
    path: '/api/download/playlists/{id}',
    access: 'listener',
    summary: 'The files of a playlist as one ZIP archive, likewise.',
    params: z.object({ id }),
    media: ['application/zip'],
    servedBy: 'origin',
  }),
} as const;
