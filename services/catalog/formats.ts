const PICTURE = /^(?:cover|folder|front)\.(?:jpe?g|png|webp)$/i;

/** The best picture of an album among a folder's files: `cover.jpg` before `folder.jpg` before `front.jpg`. */
export function pictureAmong(names: readonly string[]): string | undefined {
  return names.filter((name) => PICTURE.test(name)).toSorted()[0];
}
