// Lists taken apart into the objects in them. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go (FlattenListVisitor) and mapper.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { StatusError } from '../../kube/machinery/status-error.ts';
import type { Query } from '../client/resource-client.ts';
import { NoKindMatch } from '../client/rest-mapper.ts';
import { CommandError, throwAll, UnreachableError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { groupKindOf, Info, isList, metadataOf, textField } from './info.ts';
import type { Visitor } from './visitor.ts';

interface Means {
  readonly local: boolean;
  /** The objects are meant to be checked by the server's schemas. */
  readonly validates?: boolean;
  readonly reads?: { readonly accept?: string; readonly query?: Query } | undefined;
}

/** The object with its resource. Rejects with kubectl's sentence for a kind that the server has not. */
export async function infoOfObject(
  kubectl: Kubectl,
  object: JsonObject,
  { local, reads, validates = false, source = '' }: Means & { readonly source?: string },
): Promise<Info> {
  const metadata = metadataOf(object);
  const place = { name: textField(metadata, 'name'), namespace: textField(metadata, 'namespace'), source, object };
  if (local) return new Info({ resource: undefined, client: undefined, ...place });
  const { group, version, kind } = groupKindOf(object);
  // A list of mixed kinds belongs to no resource of the server.
  if (isList(object) && kind === 'List' && group === '') return new Info({ resource: undefined, client: undefined, ...place });
  try {
    const resource = await (await kubectl.mapper()).forKind({ group, kind }, version, validates ? 0 : 1);
    // An object that names no version is asked for without one, which no server has.
    const asked = object['apiVersion'] === undefined || object['apiVersion'] === '' ? { ...resource, version: '' } : resource;
    return new Info({ resource, client: await kubectl.client(asked, reads), ...place });
  } catch (error) {
    if (error instanceof UnreachableError || (error instanceof StatusError && validates)) throw unrecognised(error, source, validates);
    if (!(error instanceof NoKindMatch)) throw error;
    const named = `resource mapping not found for name: ${goQuote(place.name)} namespace: ${goQuote(place.namespace)} from ${goQuote(source)}: ${error.message}`;
    throw new CommandError(source ? `${named}\nensure CRDs are installed first` : `unable to recognize ${goQuote(source)}: ${error.message}`);
  }
}

/** Items of a list of one kind keep its resource and client; others are looked up. */
export const flattened =
  (visitor: Visitor, kubectl: Kubectl, means: Means): Visitor =>
  (visit) =>
    visitor(async (info) => {
      if (!info.object || !isList(info.object)) return visit(info);
      const errors: Error[] = [];
      const { kind, apiVersion } = info.object;
      for (const item of itemsOf(info.object)) {
        const object = item['kind'] ? item : { apiVersion: apiVersion ?? null, kind: String(kind).replace(/List$/, ''), ...item };
        try {
          await visit(
            info.resource && isOf(info, object)
              ? new Info({ resource: info.resource, client: info.client, source: info.source, object, ...placeOf(object) })
              : await infoOfObject(kubectl, object, { ...means, source: info.source }),
          );
        } catch (error) {
          errors.push(error as Error);
        }
      }
      throwAll(errors);
    });

/** Lists within lists are taken apart too. */
function itemsOf(list: JsonObject & { readonly items: readonly JsonObject[] }): readonly JsonObject[] {
  return list.items.flatMap((item) => (isList(item) ? itemsOf(item) : [item]));
}

const placeOf = (object: JsonObject): { readonly name: string; readonly namespace: string } => {
  const metadata = metadataOf(object);
  return { name: textField(metadata, 'name'), namespace: textField(metadata, 'namespace') };
};

function isOf({ resource }: Info, object: JsonObject): boolean {
  const { group, version, kind } = groupKindOf(object);
  return resource?.kind === kind && resource.group === group && resource.version === version;
}

/** With schemas to be had first, nothing of the source is looked at further. */
function unrecognised({ message }: Error, source: string, validates: boolean): CommandError {
  if (!validates) return new CommandError(`unable to recognize ${goQuote(source)}: ${message}`);
  const schemas = message.replace(/\/apis?\?timeout/, '/openapi/v2?timeout');
  return new UnvalidatedSource(
    `error validating ${goQuote(source)}: error validating data: failed to download openapi: ${schemas}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

/** Ends the reading of its source. */
export class UnvalidatedSource extends CommandError {}
