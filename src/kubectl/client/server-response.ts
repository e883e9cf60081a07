// Refusals that are no Status: what their number means, in the words of client-go. Models apimachinery/pkg/api/errors (NewGenericServerResponse)
import type { Status } from '../../kube/api/meta-v1.ts';
import { isJsonObject } from '../../kube/machinery/json.ts';
import { StatusError } from '../../kube/machinery/status-error.ts';
import { goQuote } from '../go-quote.ts';

const WORDS: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  409: ['Conflict', 'the server reported a conflict'],
  415: ['UnsupportedMediaType', 'the server was unable to respond with a content type that the client supports'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
};

interface Refused {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly text: string;
}

export function refusalOf({ method, path, status, text }: Refused): StatusError {
  const parsed = parsedStatus(text);
  if (parsed) return StatusError.fromStatus(parsed, status);
  const [reason, message] = wordsFor(status, text);
  const target = targetOf(path);
  return new StatusError({ code: status, reason, message: target ? `${message} (${VERBS[method] ?? method.toLowerCase()} ${target})` : message });
}

const VERBS: Readonly<Record<string, string>> = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' };

function parsedStatus(text: string): Partial<Status> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && value['kind'] === 'Status' ? (value as Partial<Status>) : undefined;
  } catch {
    return undefined; // no JSON: a page of a proxy, or plain text
  }
}

function wordsFor(status: number, text: string): readonly [string, string] {
  const known = WORDS[status];
  if (known) return known;
  const said = text.trim() || 'unknown';
  if (status === 403) return ['Forbidden', said];
  if (status === 406) return ['NotAcceptable', said];
  if (status >= 500) return ['InternalError', `an error on the server (${goQuote(said)}) has prevented the request from succeeding`];
  return ['', `the server responded with the status code ${status} but did not return more information`];
}

/** `backups.ck.example.com web` of a path to it. */
function targetOf(path: string): string | undefined {
  const [plain = ''] = path.split('?');
  const match = /^\/(?:api\/[^/]+|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/[^/]+)?\/([^/]+)(?:\/([^/]+))?/.exec(plain);
  if (!match) return undefined;
  const [, group, resource = '', name] = match;
  return `${resource}${group ? `.${group}` : ''}${name ? ` ${name}` : ''}`;
}
