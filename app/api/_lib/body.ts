import { MAX_BODY_BYTES } from '@/lib/contracts/api/endpoint';
import { EnxameError } from '@/lib/contracts/errors';

/** So much of what is too large is read and thrown away: what stays unread blocks the client's connection for its next request. */
const DRAINED_BYTES = 4 * 1024 * 1024;

/**
 * The request's JSON. Takes no more than `maxBytes`, whatever `content-length` says.
 * @throws {EnxameError} `format_unsupported`, `too_large`, `invalid_request`
 */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new EnxameError(
      'format_unsupported',
      'The request body must be JSON, with the content type application/json.',
    );
  }
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EnxameError('invalid_request', 'The request body is not valid JSON.', { cause });
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () => new EnxameError('too_large', `The request body may have at most ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes + DRAINED_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length <= maxBytes) parts.push(value);
    if (length > maxBytes + DRAINED_BYTES) {
      await reader.cancel().catch(() => {});
      break;
    }
  }
  if (length > maxBytes) throw tooLarge();
  return Buffer.concat(parts).toString('utf8');
}
