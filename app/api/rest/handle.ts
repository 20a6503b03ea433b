import { readVisit } from '@/lib/auth/trust';
import { type Message, type MessageData, type MessageType, newMessage } from '@/lib/contracts/messages';
import { type Runtime, runtime } from '../_lib/runtime';
import { readCredentials } from './credentials';
import { Download, type RestCall, TrackFile } from './endpoint';
import { endpoints } from './endpoints';
import { ERROR, type Format, failed, RestError, readFormat, succeeded } from './envelope';
import { addMarks } from './marks';
import { parseParameters, readParameters } from './parameters';

/** Requests of the OpenSubsonic API come to addresses below this. */
export const REST_PATH = '/rest/';
const REQUEST_ID = /^[\w.-]{1,100}$/;
const XML: Format = { kind: 'xml', callback: '' };

/** A track's file with the account that may have it, or an answer that is complete. */
export type RestAnswer = Response | { file: TrackFile | Download; accountId: string; fail(error: unknown): Response };

/**
 * Answers a request of the OpenSubsonic API. What goes wrong becomes a `failed` envelope with status 200, as clients expect.
 * @throws nothing
 */
export async function handleRest(request: Request): Promise<RestAnswer> {
  const given = request.headers.get('x-request-id');
  const requestId = given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
  let format = XML;
  const fail = (error: unknown) =>
    failed(format, error, () =>
      runtime().log.error({ error, requestId, path: new URL(request.url).pathname }, 'a request of an app failed'),
    );
  try {
    const params = await readParameters(request);
    format = readFormat(params);
    const name = new URL(request.url).pathname.slice(REST_PATH.length).replace(/\.view$/, '');
    const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
    if (endpoint === undefined) throw new RestError(ERROR.notFound, `This server has no "${name.slice(0, 60)}".`);
    const call = endpoint.open === true ? null : await signedIn(request, params, requestId);
    const parsed = endpoint.params === undefined ? {} : parseParameters(endpoint.params, params);
    const answer = await endpoint.handle({ ...call, params: parsed } as RestCall<never>);
    if (answer instanceof Response) return answer;
    const isFile = answer instanceof TrackFile || answer instanceof Download;
    if (isFile && call !== null) return { file: answer, accountId: call.account.id, fail };
    if (call !== null) await addMarks(call, answer);
    return succeeded(format, answer);
  } catch (error) {
    return fail(error);
  }
}

async function signedIn(
  request: Request,
  params: URLSearchParams,
  requestId: string,
): Promise<Omit<RestCall, 'params'>> {
  const host: Runtime = runtime();
  const client = params.get('c') ?? '';
  const credentials = readCredentials(params);
  const visit = readVisit(request.headers);
  const { account, appPasswordId } = await host.accounts.appPasswords
    .signIn(credentials, visit, client)
    .catch((error: unknown) => {
      if (credentials.kind === 'key' && isCode(error, 'not_signed_in')) {
        throw new RestError(ERROR.invalidApiKey, 'This API key is not valid.');
      }
      throw error;
    });
  const publish = async <T extends MessageType>(type: T, data: MessageData<T>, at: number) => {
    const message = newMessage(type, data, { actor: account.id, requestId, at }) as Message;
    await host.bus.publish(message);
    return message.id;
  };
  return {
    account,
    appPasswordId,
    client,
    requestId,
    runtime: host,
    ask: (name, question) => host.questions.ask(account.id, name, question, { requestId }),
    publish: async (type, data, at = Date.now()) => {
      host.writesOfAccount.take(account.id);
      return await publish(type, data, at);
    },
    publishAll: async (messages) => {
      host.writesOfAccount.take(account.id);
      for (const { type, data, at } of messages) await publish(type, data, at);
    },
  };
}

const isCode = (error: unknown, code: string) => (error as { code?: unknown } | null)?.code === code;
