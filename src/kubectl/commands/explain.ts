// kubectl explain: what a resource and its fields are for. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/explain/explain.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { JsonPathError, parseTemplate, type PathNode } from '../../kube/machinery/json-path/parse.ts';
import type { ApiResource } from '../client/discovery.ts';
import { defineCommand } from '../command.ts';
import { SchemaText } from '../explain/plaintext.ts';
import { BareError, CommandError } from '../failures.ts';
import { bool, string } from '../flags/flag.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';

const FORMATS = ['plaintext', 'plaintext-openapiv2'];

export const command = defineCommand({
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  long: 'Describes a resource and its fields as the server documents them. A field is named by its path: TYPE.FIELD.FIELD.\n\n "kubectl api-resources" lists the types.',
  examples: `# What a pod is
kubectl explain pods

# One of its fields
kubectl explain pods.spec.containers

# All fields, and the fields of fields
kubectl explain pods --recursive`,
  flags: {
    'api-version': string('Group and version to describe.'),
    output: string('Form of the text: plaintext, plaintext-openapiv2.', { short: 'o', preset: 'plaintext', completes: FORMATS }),
    recursive: bool('The fields of fields, one line each.'),
  },
  async run({ args, flags }, kubectl) {
    const [given] = args;
    if (given === undefined)
      throw new CommandError('You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n');
    if (args.length > 1) throw new CommandError('We accept only this format: explain RESOURCE\n');
    const { resource, path } = await parse(given, !flags['api-version'], kubectl);
    if (!FORMATS.includes(flags.output)) throw new CommandError(`unrecognized format: ${flags.output}`);
    const version = versionOf(flags['api-version'], resource);
    if (flags.output === 'plaintext-openapiv2') {
      const { explainOld } = await import('../explain/openapi-v2.ts');
      return explainOld(kubectl, resource, { ...version, path, recursive: flags.recursive });
    }
    const groupVersion = version.group ? `${version.group}/${version.version}` : version.version;
    const document = await (await kubectl.openApi()).document(groupVersion);
    if (!document) throw new CommandError(`couldn't find resource for "${version.group}/${version.version}, Resource=${resource.resource}"`);
    const kind = kindAt(document.content, version, resource.resource);
    if (!kind) throw new CommandError(`error: GVR (${version.group}/${version.version}, Resource=${resource.resource}) not found in OpenAPI schema`);
    kubectl.print(`${kind.group ? `GROUP:      ${kind.group}\n` : ''}KIND:       ${kind.kind}\nVERSION:    ${kind.version}\n\n`);
    const name = document.nameOf(kind);
    const schema = name === undefined ? undefined : document.schema(name);
    if (!schema) throw new CommandError(`error: GVK map[group:${kind.group} kind:${kind.kind} version:${kind.version}] not found in OpenAPI schema`);
    const text = new SchemaText(document.content).output(schema, path, flags.recursive);
    if (text === undefined) throw new CommandError(`error: field "${path.at(-1) ?? ''}" does not exist`);
    kubectl.print(`${text}\n`);
  },
});

interface Parsed {
  readonly resource: ApiResource;
  readonly path: readonly string[];
}

/** `pods.spec`, or `jobs.batch.spec` where the group may be named. */
async function parse(given: string, allowsGroup: boolean, kubectl: Kubectl): Promise<Parsed> {
  const nodes = nodesOf(given);
  const [head] = nodes;
  if (head?.type !== 'field') throw new CommandError('invalid jsonpath syntax, first node must be field node');
  const resources = await (await kubectl.mapper()).allForResource(head.name);
  const [first] = resources;
  if (!first) throw new BareError(`the server doesn't have a resource type ${goQuote(head.name)}`);
  const named = allowsGroup ? resources.find(({ resource, group }) => given.startsWith(group ? `${resource}.${group}` : resource)) : undefined;
  if (!named) return { resource: first, path: namesBehind(nodes, allowsGroup ? 'first node' : 'all nodes') };
  const rest = given.slice((named.group ? `${named.resource}.${named.group}` : named.resource).length);
  return { resource: named, path: rest ? namesBehind(nodesOf(rest), 'first node') : [] };
}

function nodesOf(text: string): readonly PathNode[] {
  let nodes: readonly PathNode[];
  try {
    nodes = parseTemplate(`{.${text.replace(/\.$/, '')}}`);
  } catch (error) {
    throw error instanceof JsonPathError ? new CommandError(error.message) : error;
  }
  const [list] = nodes;
  if (nodes.length !== 1 || list?.type !== 'list') throw new CommandError('must pass in 1 jsonpath string');
  return list.nodes;
}

/** The names of all nodes but the first. */
const namesBehind = (nodes: readonly PathNode[], which: string): readonly string[] =>
  nodes.slice(1).map((node) => {
    if (node.type === 'field') return node.name;
    throw new CommandError(`invalid jsonpath syntax, ${which} must be field node${which === 'all nodes' ? 's' : ''}`);
  });

function versionOf(text: string, { group, version }: ApiResource): { readonly group: string; readonly version: string } {
  if (!text) return { group, version };
  const parts = text.split('/');
  if (parts.length > 2) throw new CommandError(`unexpected GroupVersion string: ${text}`);
  const [first = '', second] = parts;
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** The kind that the paths of a resource answer with. */
function kindAt({ paths }: JsonObject, { group, version }: { readonly group: string; readonly version: string }, resource: string) {
  const root = `${group ? `/apis/${group}` : '/api'}/${version}`;
  const places = [
    `${root}/${resource}`,
    `${root}/${resource}/{name}`,
    `${root}/namespaces/{namespace}/${resource}`,
    `${root}/namespaces/{namespace}/${resource}/{name}`,
  ];
  for (const place of places) {
    const operations = isJsonObject(paths) ? paths[place] : undefined;
    if (!isJsonObject(operations)) continue;
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const operation = operations[method];
      const kind = isJsonObject(operation) ? operation['x-kubernetes-group-version-kind'] : undefined;
      if (isJsonObject(kind)) return { group: String(kind['group'] ?? ''), version: String(kind['version'] ?? ''), kind: String(kind['kind'] ?? '') };
    }
  }
  return undefined;
}
