/** Names of files and folders in what is downloaded, made of what tags say: nothing in them leads out of the folder they are unpacked in. */

/** File systems take 255 bytes (Linux) or 255 UTF-16 units (Windows, macOS) a name; a number and an ending come with it. */
const MAX_NAME_BYTES = 180;
/** What Windows takes in no name, and what separates folders anywhere. */
const FORBIDDEN = /[/\\:*?"<>|]/g;
/** Control characters, and those that are not seen or turn the direction of writing: a name must not look like another. */
const UNSEEN = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
/** Devices of Windows, whatever ending they have. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * One name of a path: in NFC, without separators, without dots or spaces at its ends, and of a bounded length.
 * @param fallback where nothing is left
 */
export function safeName(text: string, fallback: string): string {
  const plain = text.normalize('NFC').replace(UNSEEN, '').replace(FORBIDDEN, '_').replace(/\s+/gu, ' ');
  const name = withoutEnds(cut(withoutEnds(plain)));
  if (name === '') return fallback;
  return DEVICES.test(name) ? `_${name}` : name;
}

const withoutEnds = (text: string) => text.replace(/^[\s.]+|[\s.]+$/gu, '');

/** Whole characters, as many as fit. */
function cut(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_NAME_BYTES) break;
    kept += character;
  }
  return kept;
}

/** Gives out names that differ, also where upper and lower case are the same: a second `A.mp3` becomes `A (2).mp3`. */
export function distinctNames(): (path: string) => string {
  const given = new Set<string>();
  const keyOf = (path: string) => path.normalize('NFC').toLowerCase();
  return (path) => {
    const [, stem = path, ending = ''] = /^(.*?)(\.[a-z0-9]{1,5})?$/su.exec(path) ?? [];
    let name = path;
    for (let n = 2; given.has(keyOf(name)); n++) name = `${stem} (${n})${ending}`;
    given.add(keyOf(name));
    return name;
  };
}

/** `Content-Disposition` of a file to be kept (RFC 6266): the name in Unicode, and in ASCII for what does not know that form. */
export function attachment(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
