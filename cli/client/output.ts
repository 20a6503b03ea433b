import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'fast-string-width';

const DEFAULT_COLUMNS = 100;
const GAP = '  ';

/** Text of others (a title, a name) as it may go to a terminal: on one line, and with nothing that steers it. */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
}

/** Writes to standard output; a reader that left (`| head`) ends the program in silence. */
export function write(text: string): void {
  process.stdout.write(text);
}

export function writeJson(value: unknown): void {
  write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Rows below headings, as wide as the terminal and no wider: the widest column gives way. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows.map((row) => row.map(plain))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))));
  const room = (process.stdout.columns || DEFAULT_COLUMNS) - GAP.length * (headings.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 3) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return cells
    .map((row) =>
      row
        .map((cell, column) => fitted(cell, widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Exactly `width` columns: cut with an ellipsis, or filled up. Wide characters count twice. */
export function fitted(text: string, width: number): string {
  if (stringWidth(text) <= width) return text + ' '.repeat(width - stringWidth(text));
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…${' '.repeat(Math.max(0, width - 1 - stringWidth(kept)))}`;
}

/** 3:07 */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** 2026-11-24 18:30, in the time of this computer. */
export function moment(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
