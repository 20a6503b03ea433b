import { EnxameError } from '@/lib/contracts/errors';
import { MAX_BODY_BYTES } from '@/lib/contracts/http';

/**
 * The request's JSON. Reads no more than `maxBytes`, whatever `content-length` says.
 * @throws {EnxameError} `format_unsupported`, `too_large`, `invalid_request`
 */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new EnxameError('format_unsupported', 'The body must be JSON, with the content type application/json.');
  }
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EnxameError('invalid_request', 'The body is not JSON.', { cause });
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () => new EnxameError('too_large', `The body may have ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel().catch(() => {});
      throw tooLarge();
    }
    parts.push(value);
  }
  return Buffer.concat(parts).toString('utf8');
}
