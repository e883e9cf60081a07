// Which form of an answer a client accepts. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation
import { StatusError } from '../../../kube/machinery/status-error.ts';
import type { PatchKind } from '../patch.ts';

export type As = 'object' | 'Table' | 'PartialObjectMetadata';
export type Encoding = 'json' | 'yaml' | 'protobuf';
export interface Wanted {
  readonly as: As;
  readonly version: 'v1' | 'v1beta1';
  readonly encoding: Encoding;
  /** Indented, for people. */
  readonly pretty: boolean;
}

export const MEDIA_TYPE: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};
const ORDER: readonly Encoding[] = ['json', 'yaml', 'protobuf'];
const STREAMS: readonly Encoding[] = ['json', 'protobuf'];
const OBJECTS_TEXT = ORDER.map((each) => MEDIA_TYPE[each]).join(', ');
const STREAMS_TEXT = STREAMS.map((each) => `${MEDIA_TYPE[each]};stream=watch`).join(', ');

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** By quality, then the more specific first, then as given. */
function clausesOf(accept: string): readonly Clause[] {
  const clauses = accept.split(',').map((each): Clause => {
    const [type = '', ...rest] = each.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map((part) => {
        const at = part.indexOf('=');
        return at < 0 ? ([part, ''] as const) : ([part.slice(0, at).trim(), part.slice(at + 1).trim()] as const);
      }),
    );
    const quality = Number(parameters.get('q') ?? 1);
    parameters.delete('q');
    return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
  });
  const breadth = ({ type }: Clause): number => (type === '*/*' ? 2 : type.endsWith('/*') ? 1 : 0);
  return clauses.sort((a, b) => b.quality - a.quality || breadth(a) - breadth(b));
}

const accepts = (clause: Clause, encoding: Encoding): boolean =>
  clause.type === MEDIA_TYPE[encoding] || clause.type === 'application/*' || clause.type === '*/*';

/** What a clause makes of an answer in an encoding; undefined where it asks for what there is not. */
function formOf({ parameters }: Clause, encoding: Encoding, hasProtobuf = true): Wanted | undefined {
  const as = parameters.get('as');
  const version = parameters.get('v');
  const pretty = parameters.get('pretty') === '1';
  if (as === undefined && parameters.get('g') === undefined && version === undefined)
    return encoding === 'protobuf' && !hasProtobuf ? undefined : { as: 'object', version: 'v1', encoding, pretty };
  if (parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') return encoding === 'protobuf' ? undefined : { as, version, encoding, pretty };
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as: 'PartialObjectMetadata', version, encoding, pretty };
  return undefined;
}

export interface NegotiationRequest {
  readonly accept: string | undefined;
  readonly userAgent: string | undefined;
  /** `pretty` of the query. */
  readonly pretty: string | null;
}

/** What the route can do. */
export interface Offer {
  readonly isWatch?: boolean;
  /** The route is also one of watches. */
  readonly mayWatch?: boolean;
  /** False of custom resources: of them, only metadata have a protobuf form. */
  readonly hasProtobuf?: boolean;
}

/** People look at answers with curl and browsers; programs say nothing of it. */
function isForPeople({ userAgent = '', pretty }: NegotiationRequest): boolean {
  if (pretty !== null) return pretty !== '0' && pretty !== 'false';
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(userAgent);
}

const DEFAULT: Wanted = { as: 'object', version: 'v1', encoding: 'json', pretty: false };

/** The first alternative of an Accept header that can be given. Throws StatusError 406. */
export function negotiate(request: NegotiationRequest, { isWatch = false, mayWatch = isWatch, hasProtobuf = true }: Offer = {}): Wanted {
  const pretty = isForPeople(request);
  const plain = pretty ? { ...DEFAULT, pretty } : DEFAULT;
  const { accept } = request;
  if (!accept || accept === '*/*' || accept === MEDIA_TYPE.json) return plain;
  const clauses = clausesOf(accept);
  const refuse = (message: string, details?: object): StatusError =>
    new StatusError({ code: 406, reason: 'NotAcceptable', message, ...(details ? { details } : {}) });
  for (const clause of clauses)
    for (const encoding of ORDER) {
      const form = accepts(clause, encoding) ? formOf(clause, encoding, hasProtobuf) : undefined;
      if (!form) continue;
      if (isWatch && !STREAMS.includes(encoding)) throw refuse(`only the following media types are accepted: ${STREAMS_TEXT}`);
      return pretty && !form.pretty ? { ...form, pretty } : form;
    }
  // No route speaks that; or a route does, but not in that form.
  if (!clauses.some((clause) => ORDER.some((encoding) => accepts(clause, encoding))))
    throw refuse(`406: Not Acceptable\n\nAvailable representations: ${OBJECTS_TEXT}${mayWatch ? `, ${STREAMS_TEXT}` : ''}`, {});
  throw refuse(`only the following media types are accepted: ${OBJECTS_TEXT}`);
}

/** As `negotiate`, for answers that must be given whatever was asked for: refusals. */
export function negotiateStatus(request: NegotiationRequest): Wanted {
  const pretty = isForPeople(request);
  for (const clause of clausesOf(request.accept ?? '')) {
    const encoding = ORDER.find((each) => accepts(clause, each) && formOf(clause, each)?.as === 'object');
    if (encoding) return { ...DEFAULT, encoding, pretty };
  }
  return { ...DEFAULT, pretty };
}

const PATCH_TYPES: Readonly<Record<string, PatchKind>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export const mediaTypeOf = (contentType: string | undefined): string => (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** Throws StatusError 415. */
export function patchKindOf(mediaType: string): PatchKind {
  const kind = Object.hasOwn(PATCH_TYPES, mediaType) ? PATCH_TYPES[mediaType] : undefined;
  if (!kind) throw new StatusError({ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type', details: {} });
  return kind;
}
