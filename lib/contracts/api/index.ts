/**
 * The HTTP contract: an entry for every route of the gateway. The routes (app/api), the clients (lib/client/http.ts) and the OpenAPI
 * document are made from it.
 */
import { account } from './account';
import { admin } from './admin';
import { catalogue } from './catalogue';
import { history } from './history';
import { home } from './home';
import { marks } from './marks';
import { mixes } from './mixes';
import { playback } from './playback';
import { playlists } from './playlists';
import { queues } from './queues';
import { server } from './server';
import { tags } from './tags';

export const api = {
  account,
  catalogue,
  home,
  playback,
  playlists,
  marks,
  mixes,
  history,
  queues,
  admin,
  tags,
  server,
} as const;
