// Which form of an answer a client accepts, and which form of body it sent.
import { StatusError, unsupportedMediaType } from '../../../kube/machinery/status-error.ts';
import type { PatchKind } from '../patch.ts';

export type As = 'object' | 'Table' | 'PartialObjectMetadata';
export interface Wanted {
  readonly as: As;
  readonly version: 'v1' | 'v1beta1';
  readonly yaml: boolean;
  /** `;stream=watch` and the like are echoed by nobody; discovery echoes its parameters. */
  readonly mediaType: string;
}

const OBJECT: Wanted = { as: 'object', version: 'v1', yaml: false, mediaType: 'application/json' };
const SUPPORTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

function parameters(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split(';')
      .slice(1)
      .map((each) => {
        const at = each.indexOf('=');
        return [each.slice(0, at).trim(), each.slice(at + 1).trim()] as const;
      }),
  );
}

/** The first alternative of an Accept header that can be given. Throws StatusError 406. */
export function negotiate(accept: string | undefined): Wanted {
  if (!accept) return OBJECT;
  for (const alternative of accept.split(',')) {
    const text = alternative.trim();
    const type = text.split(';')[0]?.trim() ?? '';
    const yaml = type === 'application/yaml';
    if (!yaml && type !== 'application/json' && type !== '*/*' && type !== 'application/*') continue;
    const found = parameters(text);
    const as = found.get('as');
    const version = found.get('v') === 'v1beta1' ? 'v1beta1' : 'v1';
    if (as === undefined) return { ...OBJECT, yaml, mediaType: yaml ? type : 'application/json' };
    if (found.get('g') !== 'meta.k8s.io') continue;
    if (as === 'Table') return { as: 'Table', version, yaml, mediaType: 'application/json' };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { as: 'PartialObjectMetadata', version, yaml, mediaType: 'application/json' };
  }
  throw new StatusError({ code: 406, reason: 'NotAcceptable', message: `only the following media types are accepted: ${SUPPORTED}` });
}

const PATCH_TYPES: Readonly<Record<string, PatchKind>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export const mediaTypeOf = (contentType: string | undefined): string => (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** Throws StatusError 415 by name. */
export function patchKindOf(mediaType: string): PatchKind {
  const kind = PATCH_TYPES[mediaType];
  if (!kind)
    throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${Object.keys(PATCH_TYPES).join(', ')}`);
  return kind;
}

export type BodyFormat = 'json' | 'yaml' | 'protobuf';
export function bodyFormatOf(mediaType: string): BodyFormat {
  if (mediaType === '' || mediaType === 'application/json') return 'json';
  if (mediaType === 'application/yaml' || mediaType === 'application/x-yaml') return 'yaml';
  if (mediaType === 'application/vnd.kubernetes.protobuf') return 'protobuf';
  throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${SUPPORTED}`);
}
