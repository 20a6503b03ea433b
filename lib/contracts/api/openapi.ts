/** The HTTP contract as an OpenAPI 3.1 document. */
import * as z from 'zod/mini';
import { album, artist, importStatus, libraryFolder, track } from '../catalog';
import { problem } from '../errors';
import { forwarding, listeningStats, play, topTrack } from '../history';
import { messageId } from '../ids';
import { mark } from '../marks';
import { grant, peerAdmission } from '../playback';
import { playlistChange, playlistSummary } from '../playlists';
import { componentHealth } from '../reasons';
import { appPassword, me, publicPerson } from './account';
import { COMMAND_ID_HEADER, type Endpoint, empty } from './endpoint';
import { api } from './index';
import { accepted, commandOutcome } from './playlists';
import { health } from './server';

/** A route with the name that it has in the document. */
export interface Operation {
  /** Group and name: `playlistsCreate`. */
  id: string;
  /** The group. */
  tag: string;
  endpoint: Endpoint;
}

export const operations: readonly Operation[] = Object.entries(api).flatMap(([tag, group]) =>
  Object.entries(group).map(([name, endpoint]) => ({ id: `${tag}${capitalised(name)}`, tag, endpoint })),
);

/** Schemas that several routes share, by the name they have in the document. */
const SHARED: Record<string, z.ZodMiniType> = {
  Accepted: accepted,
  Album: album,
  AppPassword: appPassword,
  Artist: artist,
  CommandOutcome: commandOutcome,
  ComponentHealth: componentHealth,
  Empty: empty,
  Forwarding: forwarding,
  Grant: grant,
  Health: health,
  ImportStatus: importStatus,
  LibraryFolder: libraryFolder,
  ListeningStats: listeningStats,
  Mark: mark,
  Me: me,
  PeerAdmission: peerAdmission,
  Play: play,
  PlaylistChange: playlistChange,
  PlaylistSummary: playlistSummary,
  Problem: problem,
  PublicPerson: publicPerson,
  TopTrack: topTrack,
  Track: track,
};

const DESCRIPTION = `Everything a client may ask of a server, as JSON. Errors are problem documents (RFC 9457) whose \`code\` says the reason.

A session begins with \`POST /api/auth/sign-in/email\` and is kept in a cookie. Requests that change something must come from a page of the server:
their \`Origin\` header must name it. Changes of playlists, favourites and ratings are commands: 202 says that the server has them durably, and the event
\`changed.playlist\` or \`changed.marks\` says what became of them; so does \`GET /api/commands/{id}\`. \`GET /api/playlists/{id}?after=\` reads after one's own change.
A command that is sent again with the same \`${COMMAND_ID_HEADER}\` is applied once.

Answers may gain fields: ignore those you do not know.`;

type Json = Record<string, unknown>;
type Names = z.core.$ZodRegistry<{ id: string }>;

/** Answers have neither defaults nor transforms: read as input, their schemas say the same, and allow fields to come. */
const SCHEMA_OPTIONS = { io: 'input', target: 'draft-2020-12' } as const;
const refTo = (name: string) => `#/components/schemas/${name}`;

/** The document: a JSON value. */
export function openApiDocument(): Json {
  const names: Names = z.registry();
  for (const [id, schema] of Object.entries(SHARED)) names.add(schema, { id });
  for (const { id, endpoint } of operations) {
    const { body, answer } = endpoint;
    if (body !== undefined && !names.has(body)) names.add(body, { id: `${capitalised(id)}Body` });
    if (answer !== undefined && !names.has(answer)) names.add(answer, { id: `${capitalised(id)}Answer` });
  }
  const { schemas } = z.toJSONSchema(names, { ...SCHEMA_OPTIONS, uri: refTo });
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const { path, method } = operation.endpoint;
    paths[path] = { ...paths[path], [method.toLowerCase()]: described(operation, names) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Enxame', version: '1.0.0', description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.keys(api).map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutMarks(schema)])),
      responses: {
        Problem: {
          description: 'A refusal, or what went wrong.',
          headers: {
            'Retry-After': { description: 'Seconds after which asking again may help.', schema: { type: 'integer' } },
          },
          content: { 'application/problem+json': { schema: { $ref: refTo('Problem') } } },
        },
      },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'enxame.session_token',
          description: 'With `__Secure-` before its name where the server is reached by https.',
        },
      },
    },
  };
}

function described({ id, tag, endpoint }: Operation, names: Names): Json {
  const { summary, access, body, answer, status = 200 } = endpoint;
  const refOf = (schema: z.ZodMiniType) => ({ schema: { $ref: refTo(names.get(schema)?.id ?? '') } });
  const parameters = [
    ...parametersOf(endpoint.params, 'path'),
    ...parametersOf(endpoint.query, 'query'),
    ...(endpoint.command ? [commandIdParameter()] : []),
  ];
  const content = {
    ...(answer === undefined ? {} : { 'application/json': refOf(answer) }),
    ...Object.fromEntries((endpoint.media ?? []).map((type) => [type, {}])),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(access === 'admin' ? { description: 'For administrators.' } : {}),
    security: access === 'listener' || access === 'admin' ? [{ session: [] }] : [],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': refOf(body) } } }),
    responses: {
      [status]: { description: 'Success.', content },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function parametersOf(values: z.ZodMiniObject | undefined, place: 'path' | 'query'): Json[] {
  if (values === undefined) return [];
  const whole = z.toJSONSchema(values, SCHEMA_OPTIONS);
  const required = new Set(whole.required as string[] | undefined);
  return Object.entries(whole.properties as Record<string, Json>).map(([name, schema]) => ({
    name,
    in: place,
    required: required.has(name),
    schema,
    // Several values are one text, separated by commas.
    ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
  }));
}

function commandIdParameter(): Json {
  return {
    name: COMMAND_ID_HEADER,
    in: 'header',
    description:
      'The id of the command, which the client chooses once for each thing its user wants. A repeat is applied once.',
    required: false,
    schema: withoutMarks(z.toJSONSchema(messageId, SCHEMA_OPTIONS)),
  };
}

/** Without what says that a schema stands alone: it is part of the document. */
function withoutMarks(schema: object): Json {
  const { $schema: _dialect, $id: _address, id: _name, '~standard': _standard, ...rest } = schema as Json;
  return rest;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
