// Derives the prose of API types and fields from packages of the registry, for `kubectl explain`; run by the build, never committed.
// @pulumi/kubernetes 4.29 has the fields of exactly 1.35; kubernetes-types, of 1.30, has lists, reviews and quantities, which it lacks.
// kubernetes-models, of 1.36, has what the values of enumerations mean, and the rest.
import fs from 'node:fs';
import path from 'node:path';
import { NAMED_TYPES } from '../src/sim/apiserver/openapi/schemas.ts';
import facts from '../src/sim/resources/facts/types.json' with { type: 'json' };

/** Type → its text and those of its fields. */
type Texts = Record<string, [string, Record<string, string>]>;
interface TypeFacts {
  readonly fields: Readonly<Record<string, { readonly e?: readonly string[]; readonly l?: 1; readonly m?: 1 }>>;
}
const types: Readonly<Record<string, TypeFacts>> = {
  ...Object.fromEntries(NAMED_TYPES.map((name) => [name, { fields: {} }])),
  ...(facts as unknown as Readonly<Record<string, TypeFacts>>),
};

/** By group, version and kind: `apps.v1.Deployment`. */
const byTail = new Map(Object.keys(types).map((type) => [type.split('.').slice(-3).join('.'), type]));

const packages = path.join(import.meta.dirname, '../node_modules');
const BLOCK = String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/\s*`;
const ENUMERATION = /(\n*)Possible enum values:\n([\s\S]*)$/;

/** The text of a JSDoc block without its stars and tags. */
function proseOf(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .filter((line) => !line.startsWith('@deprecated'))
    .join('\n')
    .replace(/\\([*/])/g, '$1')
    .replaceAll('&#47;', '/')
    .trim();
}

/** Below the text of a kind pulumi tells what it does itself. */
const OF_PULUMI = /\n\n(?:This resource waits until|Note: While Pulumi) [\s\S]*$/;

/** One file, a namespace per group and version. */
function fromPulumi(): Texts {
  const texts: Texts = {};
  const source = fs.readFileSync(path.join(packages, '@pulumi/kubernetes/types/output.d.ts'), 'utf8');
  let [group, version, comment] = ['', '', ''];
  let entry: Texts[string] | undefined;
  for (const [, prose, newGroup, newVersion, kind, field] of source.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/|^export declare namespace (\w+)|^ {4}namespace (\w+)|^ {8}interface (\w+)|^ {12}"?([\w$-]+)"?\??:/gm,
  )) {
    group = newGroup ?? group;
    version = newVersion ?? version;
    if (kind) {
      const type = byTail.get(`${group}.${version}.${kind}`);
      entry = type === undefined ? undefined : (texts[type] = [comment.replace(OF_PULUMI, ''), {}]);
    } else if (field && entry) entry[1][field.replaceAll('_', '-')] = comment;
    comment = prose === undefined ? '' : proseOf(prose);
  }
  return texts;
}

/** A file per group and version: `meta/v1.d.ts`, `api/resource.d.ts`. */
function fromKubernetesTypes(): Texts {
  const texts: Texts = {};
  const folder = path.join(packages, 'kubernetes-types');
  for (const file of fs.globSync('**/*.d.ts', { cwd: folder })) {
    const groupVersion = file.slice(0, -'.d.ts'.length).replaceAll(path.sep, '.');
    let entry: Texts[string] | undefined;
    for (const [, prose = '', kind, field = ''] of fs
      .readFileSync(path.join(folder, file), 'utf8')
      .matchAll(new RegExp(`${BLOCK}(?:export (?:interface|type) (\\w+)|"?([\\w$-]+)"?\\??:)`, 'g'))) {
      if (kind) {
        const type = byTail.get(`${groupVersion}.${kind}`);
        entry = type === undefined ? undefined : (texts[type] = [proseOf(prose), {}]);
      } else if (entry) entry[1][field] = proseOf(prose);
    }
  }
  return texts;
}

/** A file per type, in folders of group and version; at its end the type is named `IoK8sApiAppsV1Deployment`. */
function fromKubernetesModels(): Texts {
  const texts: Texts = {};
  const spelled = (type: string): string => type.replace(/(?:^|[.-])(.)/g, (_, letter: string) => letter.toUpperCase());
  const names = new Map(Object.keys(types).map((type) => [spelled(type), type]));
  for (const each of ['kubernetes-models', '@kubernetes-models/apimachinery'])
    for (const file of fs.globSync('**/*.d.ts', { cwd: path.join(packages, each), exclude: ['_schemas'] })) {
      const source = fs.readFileSync(path.join(packages, each, file), 'utf8');
      const type = names.get(/^export type \{ \w+ as I(\w+)/m.exec(source)?.[1] ?? '');
      if (type === undefined) continue;
      const own = new RegExp(`${BLOCK}export (?:interface|type) `).exec(source)?.[1] ?? '';
      const fields = source.matchAll(new RegExp(`${BLOCK}"([\\w$-]+)"\\??:`, 'g'));
      texts[type] = [proseOf(own), Object.fromEntries([...fields].map(([, comment = '', field = '']) => [field, proseOf(comment)]))];
    }
  return texts;
}

/** Upstream ends the text of an enumeration with its values and what each means; `later` may know values that this release does not. */
function withEnumeration(text: string, values: readonly string[], later: string): string {
  const [, gap = '', known = ''] = ENUMERATION.exec(later) ?? [];
  const lines = values.map((value) => {
    const start = ` - \`${JSON.stringify(value)}\``;
    return known.split(/\n(?= - `")/).find((line) => line.startsWith(start)) ?? start;
  });
  return `${text}${text ? gap || '\n\n' : ''}Possible enum values:\n${lines.join('\n')}`;
}

export function apiDescriptions(): Texts {
  const current = fromPulumi();
  const earlier = fromKubernetesTypes();
  const later = fromKubernetesModels();
  const identity = current['io.k8s.api.core.v1.Pod']?.[1] ?? {};
  const texts: Texts = {};
  for (const [type, { fields }] of Object.entries(types)) {
    const [own = '', saidLater] = later[type] ?? [];
    const entry: Texts[string] = (texts[type] = [current[type]?.[0] || own || earlier[type]?.[0] || '', {}]);
    for (const [field, { e, l, m }] of Object.entries(fields)) {
      const said = saidLater?.[field] ?? '';
      let text = current[type]?.[1][field] || earlier[type]?.[1][field] || said.replace(ENUMERATION, '');
      // Of lists and maps, upstream tells nothing of the values.
      if (e?.length && !l && !m) text = withEnumeration(text, e, said);
      // Kinds whose own words no package has say what all kinds say.
      if (!text && (field === 'apiVersion' || field === 'kind')) text = identity[field] ?? '';
      if (text) entry[1][field] = text;
    }
  }
  return texts;
}
