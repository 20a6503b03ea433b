/** An app that asks the OpenSubsonic API, and checks every answer: as JSON and as XML, against the schemas of this server, and each against the other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { XMLParser } from 'fast-xml-parser';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { endpoints } from '@/app/api/rest/endpoints';
import { envelope } from '@/lib/contracts/subsonic';

type Params = Record<string, string | number | boolean | readonly (string | number)[] | undefined>;
// biome-ignore lint/suspicious/noExplicitAny: an answer is checked against its schema, and read by the test that knows it
export type Answer = Record<string, any>;

/**
 * Folder of the official description (github.com/opensubsonic/open-subsonic-api, `openapi/`), which is not ours to bring along. Where this is
 * set, every answer must also fit that.
 */
const OFFICIAL = process.env.OPENSUBSONIC_OPENAPI;

export class SubsonicApp {
  /** Endpoints that answered with success, in both forms. */
  readonly answered = new Set<string>();
  private readonly url: string;
  private readonly credentials: Params;
  private readonly official = OFFICIAL === undefined ? null : new OfficialDescription(OFFICIAL);

  /** @param credentials `u` with `p` or with `t` and `s`; or `apiKey` */
  constructor(url: string, credentials: Params) {
    this.url = url;
    this.credentials = credentials;
  }

  /** The request itself. */
  fetch(name: string, params: Params = {}, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}/rest/${name}?${query({ v: '1.16.1', c: 'test', ...this.credentials, ...params })}`, init);
  }

  /** What it answers, in JSON. The same question is asked again for XML, unless `once`, since it changes something. */
  async ask(name: string, params: Params = {}, { once = false } = {}): Promise<Answer> {
    const answer = await this.json(name, params);
    expect(answer.status, `${name}: ${JSON.stringify(answer.error)}`).toBe('ok');
    if (!once) expect(withoutEmpty(await this.xml(name, params))).toEqual(withoutEmpty(answer));
    this.answered.add(name);
    return answer;
  }

  /** Must fail, with the same code in both forms. @returns the code */
  async failure(name: string, params: Params = {}): Promise<number> {
    const answer = await this.json(name, params);
    expect(answer.status).toBe('failed');
    expect((await this.xml(name, params)).error).toEqual(answer.error);
    return answer.error.code;
  }

  private async json(name: string, params: Params): Promise<Answer> {
    const response = await this.fetch(name, { ...params, f: 'json' });
    expect([name, response.status]).toEqual([name, 200]);
    const body = await response.json();
    const answer = body['subsonic-response'];
    expect(schemaOf(name, answer).parse(answer), `${name} says nothing that its schema does not have`).toEqual(answer);
    if (name in endpoints) this.official?.check(name, body);
    return answer;
  }

  private async xml(name: string, params: Params): Promise<Answer> {
    const response = await this.fetch(`${name}.view`, params);
    const root = parser.parse(await response.text())['subsonic-response'];
    expect(root.xmlns).toBe('http://subsonic.org/restapi');
    return readValue(schemaOf(name, root), { ...root, xmlns: undefined }) as Answer;
  }
}

/** In XML an empty list is none. When an answer was made differs from one to the next. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, part]) => key !== 'lastModified' && (!Array.isArray(part) || part.length > 0),
  );
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutEmpty(part)]));
}

/** A list is the parameter repeated. */
export function query(params: Params): URLSearchParams {
  const pairs = Object.entries(params).flatMap(([key, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [key, String(one)]),
  );
  return new URLSearchParams(pairs as [string, string][]);
}

function schemaOf(name: string, { status }: Answer): z.ZodMiniObject {
  const known = endpoints[name.replace(/\.view$/, '')];
  return z.object({ ...envelope.shape, ...(status === 'ok' ? known?.answer?.shape : {}) });
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  ignoreDeclaration: true,
});

/** What an element holds, by the schema of the same answer in JSON. */
function readValue(schema: z.core.$ZodType, node: unknown): unknown {
  const { type, innerType, element, shape } = schema._zod.def as {
    type: string;
    innerType?: z.core.$ZodType;
    element?: z.core.$ZodType;
    shape?: Record<string, z.core.$ZodType>;
  };
  if (innerType !== undefined) return node === undefined ? undefined : readValue(innerType, node);
  if (type === 'array')
    return (node === undefined ? [] : [node].flat()).map((item) => readValue(element as z.core.$ZodType, item));
  if (type === 'number') return Number(node);
  if (type === 'boolean') return node === 'true';
  if (type === 'literal') return node === 'true' ? true : node;
  if (type !== 'object') return textOf(node);
  const parts = typeof node === 'object' && node !== null ? (node as Record<string, unknown>) : { '#text': node };
  const entries = Object.entries(shape ?? {}).map(([key, field]) => [
    key,
    readValue(field, key === 'value' ? (parts['#text'] ?? '') : parts[key]),
  ]);
  const unknown = Object.keys(parts).filter(
    (key) => key !== '#text' && parts[key] !== undefined && !(key in (shape ?? {})),
  );
  expect(unknown, 'what the schema does not have').toEqual([]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

const textOf = (node: unknown) =>
  typeof node === 'object' && node !== null ? ((node as Record<string, unknown>)['#text'] ?? '') : node;

/** The official OpenAPI description as a validator of JSON answers. */
class OfficialDescription {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  private readonly folder: string;
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(folder: string) {
    this.folder = folder;
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.json')) continue;
      const path = join(folder, file);
      this.ajv.addSchema({ $id: pathToFileURL(path).href, ...JSON.parse(readFileSync(path, 'utf8')) });
    }
  }

  check(name: string, body: unknown): void {
    const path = join(this.folder, 'endpoints', `${name}.json`);
    if (!existsSync(path)) throw new Error(`the official description has no ${name}`);
    const described = JSON.parse(readFileSync(path, 'utf8'));
    const schema = described.get?.responses['200']?.content?.['application/json']?.schema;
    if (schema === undefined) return;
    const validate =
      this.validators.get(name) ??
      this.ajv.compile({ $id: `${pathToFileURL(path).href}#answer`.replace('#', '?'), ...schema });
    this.validators.set(name, validate);
    validate(body);
    const faults = (validate.errors ?? []).map(({ instancePath, message, params }) => [instancePath, message, params]);
    expect(faults, `${name} by the official description: ${JSON.stringify(body).slice(0, 600)}`).toEqual([]);
  }
}
