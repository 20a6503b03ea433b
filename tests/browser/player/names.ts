/** A file's name as the identifier of a track, and back: identifiers have 22 characters of base64url. */
export const idOf = (name: string) => name.replace('.', '-').padEnd(22, '_');
export const nameOf = (id: string) => id.replace(/_+$/, '').replace('-', '.');
