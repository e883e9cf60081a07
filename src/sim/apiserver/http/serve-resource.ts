// Requests on resources, past all filters: the route, the options, the body, then the handler; and the answer in the form asked for.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/installer.go
import { parseJsonText } from '../../../kube/machinery/json-text.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { badRequest, noSuchMethod, noSuchPath } from '../../../kube/machinery/status-error.ts';
import { managerOf } from '../fieldmanager/manager-name.ts';
import { infoOf, type Exchange } from '../filters/filter.ts';
import { isTrue, type RequestInfo } from '../filters/request-info.ts';
import { checkVerb } from '../handlers.ts';
import type { Answer, ResourceRequest } from '../request.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import { encodeJsonList, encodeObject, encodeProtobufList, encodeValue, jsonBody, listMetadata, protobufBody, sealedList } from '../serializer/encode.ts';
import { MEDIA_TYPE, mediaTypeOf, negotiate, patchKindOf, type Wanted } from '../serializer/negotiate.ts';
import { bodyFormatOf, parseObjectOf, parsePatch } from '../serializer/parse.ts';
import { PARTIAL_TYPE, partialOf } from '../serializer/partial.ts';
import { tablePieces, type IncludeObject } from '../serializer/table.ts';
import { startDeadline } from './deadline.ts';
import { deletion, listParameters, writeParameters } from './options.ts';
import { readBody } from './read-body.ts';
import { sendNotFoundPage } from './refuse.ts';
import { sendBody, sendPieces, startStream } from './respond.ts';
import { streamWatch } from './watch-stream.ts';

const INCLUDES: readonly string[] = ['None', 'Metadata', 'Object', ''];

/** Throws StatusError 404 or 405; undefined after the page of a group nobody serves was sent. */
function routed(exchange: Exchange, info: RequestInfo): AnyResource | undefined {
  const { resources } = exchange.api;
  const resource = resources.find(info.group ? `${info.group}/${info.version}` : info.version, info.resource);
  if (!resource) {
    if (!info.group || resources.all.some(({ group }) => group === info.group)) throw noSuchPath();
    sendNotFoundPage(exchange);
    return undefined;
  }
  const isNamespaces = info.resource === 'namespaces';
  if (resource.namespaced ? info.name && !info.namespace : info.namespace && !isNamespaces) throw noSuchPath();
  checkVerb({ ...info, resource });
  if (exchange.request.method === 'HEAD') throw noSuchMethod();
  return resource;
}

export async function serveResource(exchange: Exchange): Promise<void> {
  const info = infoOf(exchange);
  const { api, query } = exchange;
  const resource = routed(exchange, info);
  if (!resource) return;
  const { verb, subresource } = info;
  const isWatch = verb === 'watch';
  const hasProtobuf = resource.codec.type !== undefined;
  const wanted = negotiate(exchange.negotiation, { isWatch, mayWatch: verb === 'list' || isWatch, hasProtobuf });
  const mediaType = mediaTypeOf(exchange.header('content-type'));
  const patchKind = verb === 'patch' ? patchKindOf(mediaType) : undefined;
  const include = includeOf(query, wanted);
  const isWrite = !connects(resource, subresource) && (verb === 'create' || verb === 'update' || verb === 'patch');
  const isDeletion = verb === 'delete' || verb === 'deletecollection';
  let raw: Buffer | undefined;
  if (isWrite || isDeletion) {
    startDeadline(exchange);
    raw = await readBody(exchange.request);
  }
  const parameters = isWrite ? writeParameters(query, verb, patchKind === 'apply') : undefined;
  const deleting = isDeletion && raw ? deletion(raw, mediaType, query) : undefined;
  let body: JsonValue | undefined;
  if (raw && patchKind) {
    try {
      body = parsePatch(raw, patchKind);
    } catch (error) {
      // What is not there is missed before anyone reads the patch.
      await api.perform({ ...withoutBody(exchange, info, resource), verb: 'get' });
      throw error;
    }
  } else if (raw && isWrite) body = parseObjectOf(bodyKind(resource, subresource), raw, bodyFormatOf(mediaType, hasProtobuf));
  const serving: ResourceRequest = {
    ...withoutBody(exchange, info, resource),
    body,
    patchKind,
    dryRun: parameters?.dryRun ?? deleting?.dryRun ?? false,
    fieldManager: patchKind === 'apply' ? (parameters?.fieldManager ?? '') : managerOf(parameters?.fieldManager ?? '', exchange.header('user-agent') ?? ''),
    force: query.has('force') ? isTrue(query.get('force')) : undefined,
    fieldValidation: parameters?.fieldValidation ?? 'Ignore',
    list: listParameters(query),
    deletion: deleting?.options ?? {},
  };
  if (isWatch) {
    streamWatch({ exchange, request: serving, wanted, include });
    return;
  }
  await send(exchange, await api.perform(serving), serving, wanted, include);
}

const withoutBody = ({ user, query, warnings }: Exchange, { verb, subresource, namespace, name }: RequestInfo, resource: AnyResource): ResourceRequest => ({
  user,
  verb,
  resource,
  subresource,
  namespace,
  name,
  body: undefined,
  patchKind: undefined,
  dryRun: false,
  fieldManager: '',
  force: undefined,
  fieldValidation: 'Ignore',
  list: {},
  deletion: {},
  query,
  warn: (text) => warnings.add(text),
});

/** Subresources that hand the connection on take their options from the query, and have no body of ours. */
const connects = (resource: AnyResource, subresource: string): boolean => bodyKind(resource, subresource).endsWith('Options');
const bodyKind = (resource: AnyResource, subresource: string): string => resource.facts.subresources?.[subresource]?.kind ?? resource.kind;

function includeOf(query: URLSearchParams, { as }: Wanted): IncludeObject {
  const include = query.get('includeObject') ?? '';
  if (as === 'Table' && !INCLUDES.includes(include))
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  return (include || 'Metadata') as IncludeObject;
}

async function send(exchange: Exchange, answer: Answer, { resource }: ResourceRequest, wanted: Wanted, include: IncludeObject): Promise<void> {
  const { response } = exchange;
  if (answer.kind === 'text') {
    startStream(exchange, answer.code, 'text/plain');
    await answer.write({ write: (text) => void response.write(text), closed: new Promise((resolve) => response.on('close', resolve)) });
    response.end();
    return;
  }
  const { encoding, pretty, as } = wanted;
  const type = MEDIA_TYPE[encoding];
  if (answer.kind === 'other') return sendBody(exchange, answer.code, type, encodeValue(answer.value as JsonObject, encoding, pretty));
  if (as === 'object' && answer.kind === 'object') return sendBody(exchange, answer.code, type, encodeObject(answer.object, encoding, undefined, pretty));
  const pieces = piecesOf(answer, resource, wanted, include, exchange);
  // A client that does not read has no longer than one that does not send.
  if (answer.kind === 'list') startDeadline(exchange);
  if (encoding === 'protobuf' || (encoding === 'json' && !pretty)) return sendPieces(exchange, answer.code, type, pieces);
  const value = parseJsonText(Buffer.concat([...pieces]).toString()) as JsonObject;
  return sendBody(exchange, answer.code, type, encodeValue(value, encoding, pretty));
}

type Objects = Extract<Answer, { kind: 'object' | 'list' }>;

/** JSON, or protobuf where that is wanted. */
function piecesOf(answer: Objects, resource: AnyResource, { as, version, encoding }: Wanted, include: IncludeObject, { api }: Exchange): Iterable<Buffer> {
  const isProtobuf = encoding === 'protobuf';
  if (as === 'Table') {
    const objects = answer.kind === 'object' ? [answer.object] : answer.list.items;
    const metadata: JsonObject = answer.kind === 'object' ? { resourceVersion: answer.object.metadata.resourceVersion ?? '' } : listMetadata(answer.list);
    return tablePieces(resource, objects, metadata, include, version, { now: api.context.clock.now() });
  }
  if (answer.kind === 'object') return [encodeObject(partialOf(answer.object, version), encoding, PARTIAL_TYPE)];
  const { list } = answer;
  if (as === 'PartialObjectMetadata') {
    const items = list.items.map((each) => partialOf(each, version));
    const [groupVersion, kind] = [`meta.k8s.io/${version}`, 'PartialObjectMetadataList'];
    if (isProtobuf) return sealedList(groupVersion, kind, listMetadata(list), items, (item) => protobufBody(item, PARTIAL_TYPE));
    return partialPieces(
      groupVersion,
      kind,
      listMetadata(list),
      items.map((item) => Buffer.concat([PARTIAL_HEAD(version), jsonBody(item)])),
    );
  }
  return isProtobuf ? encodeProtobufList(resource, list) : encodeJsonList(resource, list);
}

const PARTIAL_HEAD = (version: string): Buffer => Buffer.from(`{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}",`);
function* partialPieces(groupVersion: string, kind: string, metadata: JsonObject, items: readonly Buffer[]): Generator<Buffer> {
  yield Buffer.from(`{"kind":"${kind}","apiVersion":"${groupVersion}","metadata":${JSON.stringify(metadata)},"items":[`);
  const PER_SLICE = 500;
  for (let i = 0; i < items.length; i += PER_SLICE)
    yield Buffer.concat(items.slice(i, i + PER_SLICE).flatMap((item, j) => (i + j ? [Buffer.from(','), item] : [item])));
  yield Buffer.from(']}\n');
}
