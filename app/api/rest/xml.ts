/**
 * Values as the Subsonic API writes them in XML: plain values are attributes, objects are elements, and the items of a list are elements of
 * one name. The schema of the API asks for text within the element in a few places.
 */

/** Its text stands between the tags. */
const TEXT = 'value';
/** Elements whose plain values are elements themselves. */
const WITHOUT_ATTRIBUTES = new Set(['artistInfo', 'artistInfo2', 'albumInfo']);
/** What XML 1.0 cannot hold, not even as a reference, and what it advises against: control characters, and halves of surrogate pairs. */
const IMPOSSIBLE = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Cs}/gu;
const SPECIAL = /[&<>"\t\n\r]/g;
const REFERENCES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A whole document. */
export function toXml(name: string, value: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value)}`;
}

function element(name: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return `<${name}>${escaped(value)}</${name}>`;
  let attributes = '';
  let inner = '';
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined || part === null) continue;
    if (Array.isArray(part)) for (const item of part) inner += element(key, item);
    else if (typeof part === 'object' || WITHOUT_ATTRIBUTES.has(name)) inner += element(key, part);
    else if (key === TEXT) inner += escaped(part);
    else attributes += ` ${key}="${escaped(part)}"`;
  }
  return inner === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`;
}

function escaped(value: unknown): string {
  const text = String(value);
  return text.replace(IMPOSSIBLE, '\ufffd').replace(SPECIAL, (sign) => REFERENCES[sign] ?? sign);
}
