// Reads a request's body, up to what upstream takes. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go (limitedReadBody)
import { badRequest, StatusError } from '../../../kube/machinery/status-error.ts';
import type { Request } from '../filters/filter.ts';

const LARGEST_BYTES = 3 * 1024 * 1024;

const tooLarge = (): StatusError =>
  new StatusError({ code: 413, reason: 'RequestEntityTooLarge', message: `Request entity too large: limit is ${LARGEST_BYTES}` });

/** Rejects with StatusError 413; what comes after the limit is dropped as it comes. */
export function readBody(request: Request): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BYTES) {
    request.resume();
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_BYTES) {
        chunks = [];
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(badRequest('the client went away')));
  });
}
