// Reads a request's body and turns it into JSON, whatever form it came in.
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { parse as parseYaml } from 'yaml';
import { type JsonValue } from '../../../kube/machinery/json.ts';
import { badRequest, StatusError } from '../../../kube/machinery/status-error.ts';
import { decodeProtobuf } from '../serializer/protobuf/decode.ts';
import { typeOfKind } from '../serializer/kinds.ts';
import { bodyFormatOf } from '../serializer/negotiate.ts';

const LARGEST_BODY_BYTES = 3 * 1024 * 1024;

export function readBody(request: IncomingMessage | Http2ServerRequest): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_BODY_BYTES)
        reject(new StatusError({ code: 413, reason: 'RequestEntityTooLarge', message: `Request entity too large: limit is ${LARGEST_BODY_BYTES}` }));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(badRequest('the client went away')));
  });
}

/** The JSON of a body; undefined for an empty one. Throws StatusError 400 or 415. */
export function parseBody(body: Buffer, mediaType: string): JsonValue | undefined {
  const format =
    mediaType.startsWith('application/') && mediaType.includes('patch+') ? (mediaType.endsWith('yaml') ? 'yaml' : 'json') : bodyFormatOf(mediaType);
  if (!body.length) return undefined;
  if (format === 'protobuf') return decodeProtobuf(body, typeOfKind);
  const text = body.toString();
  try {
    const value: unknown = format === 'yaml' ? parseYaml(text, { version: '1.1' }) : JSON.parse(text);
    return value as JsonValue;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : String(error)}`);
  }
}
