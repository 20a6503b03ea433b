/** Addresses that stand in a page's links and pictures, written out: made from the contract they would bring its schemas into the first load. */

export const coverUrl = (id: string, size: 'small' | 'large') => `/api/covers/${id}?size=${size}`;

export const exportUrl = (id: string, format: 'm3u8' | 'xspf') => `/api/playlists/${id}/export?format=${format}`;

/** The file of a track, or an archive of those of an album or a playlist. */
export const downloadUrl = (what: 'tracks' | 'albums' | 'playlists', id: string) => `/api/download/${what}/${id}`;

export const historyExportUrl = '/api/history/export';
