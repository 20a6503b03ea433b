import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseLocale } from '@/i18n/locales';
import { errorStatus } from '@/lib/contracts/errors';
import { healthCode, importEnd, importFault } from '@/lib/contracts/reasons';
import en from '@/messages/en.json';
import pt from '@/messages/pt-BR.json';

function leaves(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? [[`${path}${key}`, inner] as [string, string]] : leaves(inner, `${path}${key}.`),
  );
}
const names = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();
const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

describe('texts', () => {
  const english = new Map(leaves(en));
  const portuguese = new Map(leaves(pt));
  it('are the same in number in both languages', () => {
    expect([...portuguese.keys()].sort()).toEqual([...english.keys()].sort());
  });
  it('name the same things in both languages', () => {
    for (const [key, text] of english) {
      const tops = (t: string) => [...new Set(names(t.replace(/(one|other|=0) \{[^}]*\}/g, '')))];
      expect(tops(portuguese.get(key) ?? ''), key).toEqual(tops(text));
    }
  });
  it('count nothing as one in Portuguese, whose singular is also of nought', () => {
    const fixed = [...portuguese].filter(([, text]) => /\bone \{[^#}]*\d/.test(text)).map(([key]) => key);
    expect(fixed).toEqual([]);
  });
  it('show every number as the language writes it', () => {
    const raw = [...english, ...portuguese].filter(([, text]) => /\{(count|number|total|plays|tracks)\}/.test(text));
    expect(raw).toEqual([]);
  });
  it('have a sentence for every reason of a refusal', () => {
    for (const code of Object.keys(errorStatus)) expect(english.has(`errors.${code}`), code).toBe(true);
  });
  it('have one for every reason that a file was not imported, and for how a component is', () => {
    for (const code of importFault.options) expect(english.has(`imports.faults.${code}`), code).toBe(true);
    for (const code of importEnd.options) expect(english.has(`imports.ends.${code}`), code).toBe(true);
    for (const code of healthCode.options) expect(english.has(`admin.details.${code}`), code).toBe(true);
  });
  it('are all used by their last name somewhere', () => {
    const code = sources('app').join('\n');
    const unused = [...english.keys()].filter((key) => {
      if (key.startsWith('errors.') || key.startsWith('nav.')) return false;
      const last = key.split('.').at(-1) ?? '';
      const parent = key.split('.').at(-2) ?? '';
      return !code.includes(`'${last}'`) && !code.includes(`\`${parent}.`) && !code.includes(`('${parent}.${last}'`);
    });
    expect(unused).toEqual([]);
  });
});

describe('chooseLocale', () => {
  it.each([
    ['pt-BR', 'en', 'en', 'pt-BR'],
    ['en', 'pt-BR', 'pt', 'en'],
    [null, 'pt-BR', 'en', 'pt-BR'],
    [null, undefined, 'pt-PT,pt;q=0.9,en;q=0.8', 'pt-BR'],
    [null, undefined, 'de, en;q=0.5, pt;q=0.7', 'pt-BR'],
    [null, undefined, 'en-GB,pt;q=0.1', 'en'],
    [null, undefined, 'pt;q=0, fr', 'en'],
    [null, undefined, null, 'en'],
    [null, 'klingon', 'pt', 'pt-BR'],
  ] as const)('account %s, cookie %s, header %s: %s', (ofAccount, cookie, header, expected) => {
    expect(chooseLocale(ofAccount, cookie, header)).toBe(expected);
  });
});
