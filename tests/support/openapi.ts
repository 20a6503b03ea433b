/** A server's OpenAPI document as an outsider uses it: it is checked itself, and every answer is checked against it. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

type Schema = Record<string, unknown>;
type Content = Record<string, { schema?: { $ref: string } }>;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: Schema;
  explode?: boolean;
}

export interface Operation {
  operationId: string;
  method: string;
  path: string;
  tags: string[];
  summary: string;
  description?: string;
  security: object[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content: Content } | { $ref: string }>;
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, { description: string; content: Content }>;
    securitySchemes: Record<string, { type: string; in: string; name: string }>;
  };
}

/** Values of a request, by the names of the document. */
export interface Given {
  as?: string;
  params?: Record<string, string>;
  query?: Record<string, string | number | string[]>;
  headers?: Record<string, string>;
  body?: unknown;
}

export type Send = (method: string, path: string, options: Pick<Given, 'as' | 'headers' | 'body'>) => Promise<Response>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const NAMES = '#/components/schemas/';

export class OpenApi {
  readonly document: Document;
  readonly operations: readonly Operation[];
  /** Operations that answered with success. */
  readonly answered = new Set<string>();
  private readonly send: Send;
  private readonly ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, validateFormats: false });

  constructor(document: unknown, send: Send) {
    this.document = document as Document;
    this.send = send;
    this.operations = Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    );
    const definitions = JSON.stringify(this.document.components.schemas).replaceAll(NAMES, '#/$defs/');
    this.ajv.addSchema({ $id: 'https://enxame.invalid/openapi', $defs: closed(JSON.parse(definitions)) });
  }

  operation(operationId: string): Operation {
    const found = this.operations.find((known) => known.operationId === operationId);
    if (found === undefined) throw new Error(`the document has no ${operationId}`);
    return found;
  }

  /** Sends a request as the document describes it. The answer must be a success, and one that the document describes. */
  async ask(operationId: string, given: Given = {}): Promise<Response> {
    const operation = this.operation(operationId);
    const response = await this.send(operation.method, this.addressOf(operation, given), given);
    const whole = response.clone();
    const described = operation.responses[response.status];
    if (described === undefined || '$ref' in described) {
      throw new Error(`${operationId} answered ${response.status}: ${await whole.text()}`);
    }
    await this.check(operationId, whole, described.content);
    this.answered.add(operationId);
    return response;
  }

  /** As `ask`, for a JSON answer. */
  async json<T>(operationId: string, given: Given = {}): Promise<T> {
    return (await (await this.ask(operationId, given)).json()) as T;
  }

  /** Sends a request that must be refused with `status` and a problem document. @returns its code */
  async refusal(operationId: string, status: number, given: Given = {}): Promise<string> {
    const operation = this.operation(operationId);
    const response = await this.send(operation.method, this.addressOf(operation, given), given);
    expect([operationId, response.status]).toEqual([operationId, status]);
    const { default: refused } = operation.responses;
    if (refused === undefined || !('$ref' in refused)) throw new Error(`${operationId} describes no refusal`);
    const name = refused.$ref.replace('#/components/responses/', '');
    await this.check(operationId, response.clone(), this.document.components.responses[name]?.content ?? {});
    return ((await response.json()) as { code: string }).code;
  }

  /** Every $ref of the document, and whether its target exists. */
  references(): { ref: string; found: boolean }[] {
    const refs = [...JSON.stringify(this.document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    return [...new Set(refs)].map((ref) => ({
      ref,
      found: ref.startsWith('#/') && at(this.document, ref) !== undefined,
    }));
  }

  /** Compiles every schema of the document: the validator refuses keywords that it does not know. */
  compileAll(): void {
    for (const name of Object.keys(this.document.components.schemas)) this.validator(name);
    for (const { parameters = [] } of this.operations) for (const { schema } of parameters) this.ajv.compile(schema);
  }

  validator(name: string): ValidateFunction {
    const found = this.ajv.getSchema(`https://enxame.invalid/openapi#/$defs/${name}`);
    if (found === undefined) throw new Error(`the document has no schema ${name}`);
    return found;
  }

  /** Also checks the given values against the document. */
  private addressOf({ operationId, path, parameters = [], requestBody }: Operation, given: Given): string {
    const values: Record<string, unknown> = { ...given.params, ...given.query, ...given.headers };
    const names = parameters.map(({ name }) => name);
    expect(names, operationId).toEqual(expect.arrayContaining(Object.keys(values)));
    for (const { name, required, schema } of parameters) {
      const value = values[name];
      if (value === undefined) expect(required, `${operationId} needs ${name}`).toBe(false);
      else this.assert(this.ajv.compile(schema), value, `${operationId}: ${name}`);
    }
    const bodySchema = requestBody?.content['application/json']?.schema;
    if (given.body !== undefined) {
      if (bodySchema === undefined) throw new Error(`${operationId} takes no body`);
      this.assert(this.validator(bodySchema.$ref.replace(NAMES, '')), given.body, `${operationId}: body`);
    }
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
    const pairs = Object.entries(given.query ?? {}).map(([name, value]) => [name, String(value)]);
    return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs)}`;
  }

  /** The body must have a media type that the document names, and JSON must fit its schema. */
  private async check(operationId: string, response: Response, content: Content): Promise<void> {
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const named = content[type] ?? content[type.replace(/\/.*/, '/*')];
    if (named === undefined) throw new Error(`${operationId} answered with ${type}, which the document does not name`);
    if (named.schema === undefined) return void (await response.arrayBuffer());
    this.assert(this.validator(named.schema.$ref.replace(NAMES, '')), await response.json(), operationId);
  }

  private assert(validate: ValidateFunction, value: unknown, what: string): void {
    validate(value);
    expect(validate.errors ?? [], `${what}: ${JSON.stringify(value).slice(0, 500)}`).toEqual([]);
  }

  /** What is wrong with the document's structure; empty when nothing is. */
  faults(): string[] {
    const { openapi, info, tags, components, paths } = this.document;
    const faults: string[] = [];
    const must = (right: boolean, fault: string) => {
      if (!right) faults.push(fault);
    };
    must(/^3\.1\.\d+$/.test(openapi), `openapi is ${openapi}`);
    must(info.title !== '' && info.version !== '', 'info lacks title or version');
    for (const [path, methods] of Object.entries(paths)) {
      must(path.startsWith('/'), `${path} does not begin with /`);
      for (const method of Object.keys(methods)) must(METHODS.includes(method), `${path} has ${method}`);
    }
    const ids = this.operations.map(({ operationId }) => operationId);
    must(new Set(ids).size === ids.length, 'an operationId is not unique');
    for (const operation of this.operations) {
      const { operationId: id, path, parameters = [], method, requestBody, responses, security } = operation;
      must(/^[a-z]\w+$/i.test(id), `${id} is no name`);
      must(
        operation.tags.every((tag) => tags.some(({ name }) => name === tag)),
        `${id} has an unknown tag`,
      );
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const named = parameters.filter((parameter) => parameter.in === 'path');
      must(named.map(({ name }) => name).join() === inPath.join(), `${id}: the parameters of its path are not named`);
      must(
        named.every(({ required }) => required),
        `${id}: a parameter of a path is always required`,
      );
      must(new Set(parameters.map(({ name }) => name)).size === parameters.length, `${id} names a parameter twice`);
      must(method !== 'GET' || requestBody === undefined, `${id}: GET has no body`);
      const success = Object.keys(responses).filter((status) => /^2\d\d$/.test(status));
      must(success.length === 1 && 'default' in responses, `${id} must have a success and a refusal`);
      for (const scheme of security.flatMap(Object.keys)) {
        must(scheme in components.securitySchemes, `${id}: no security scheme ${scheme}`);
      }
    }
    return faults;
  }
}

/** The target of a JSON pointer. */
function at(document: unknown, ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/')],
      document,
    );
}

/** The document allows answers to gain fields. Here an answer must have no field that the document does not name. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]));
  const isObject = inner.type === 'object' && inner.properties !== undefined && !('additionalProperties' in inner);
  return isObject ? { ...inner, additionalProperties: false } : inner;
}
