// kubectl describe of what has no description of its own: the object with its fields as titles.
import { goDouble } from '../../kube/machinery/cel/number-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { ApiResource } from '../client/discovery.ts';
import { metadataOf, textField } from '../resources/info.ts';
import type { Describer } from './describer.ts';
import { writeEvents } from './events.ts';
import { writeAnnotations, writePairs } from './metadata.ts';
import { DescribeWriter } from './writer.ts';

export const genericDescriber =
  (resource: ApiResource): Describer =>
  async ({ namespace, name }, means) => {
    const object = await (await means.kubectl.client(resource)).get({ namespace, name });
    const metadata = metadataOf(object);
    const w = new DescribeWriter();
    w.field(0, 'Name', textField(metadata, 'name'));
    w.field(0, 'Namespace', textField(metadata, 'namespace'));
    writePairs(w, 'Labels', pairsIn(metadata, 'labels'));
    writeAnnotations(w, 'Annotations', pairsIn(metadata, 'annotations'));
    writeFields(w, 0, object, '');
    if (means.settings.showEvents) {
      const subject = {
        kind: textField(object, 'kind'),
        name: textField(metadata, 'name'),
        namespace: textField(metadata, 'namespace'),
        uid: textField(metadata, 'uid'),
      };
      writeEvents(w, await means.eventsOf(subject), means.now);
    }
    return w.text;
  };

const pairsIn = (metadata: JsonObject, field: string): Readonly<Record<string, string>> =>
  isJsonObject(metadata[field]) ? (metadata[field] as Readonly<Record<string, string>>) : {};

const SHOWN_ABOVE = ['.metadata.managedFields', '.metadata.name', '.metadata.namespace', '.metadata.labels', '.metadata.annotations'];

function writeFields(w: DescribeWriter, level: number, content: JsonObject, path: string): void {
  for (const field of Object.keys(content).sort()) {
    const value = content[field];
    const at = `${path}.${field}`;
    if (value === undefined || SHOWN_ABOVE.includes(at)) continue;
    const title = titleOf(field);
    if (isJsonObject(value)) {
      w.line(level, `${title}:`);
      writeFields(w, level + 1, value, at);
    } else if (Array.isArray(value)) {
      w.line(level, `${title}:`);
      for (const child of value as readonly JsonValue[])
        if (isJsonObject(child)) writeFields(w, level + 1, child, at);
        else w.line(level + 1, valueText(child));
    } else w.field(level, title, valueText(value));
  }
}

/** `%v`: numbers with a fraction as Go's shortest form. */
function valueText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => valueText(each)).join(' ')}]`;
  if (isJsonObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${valueText(value[key] ?? null)}`)
      .join(' ')}]`;
  if (value === null) return '<nil>';
  return typeof value === 'number' ? goDouble(value) : String(value);
}

const ACRONYMS = ['API', 'URL', 'UID', 'OSB', 'GUID'];

/** `clusterRoleSelectors` becomes `Cluster Role Selectors`; a name with anything but letters and hyphens stays. */
function titleOf(field: string): string {
  if (!/^[\p{L}-]*$/u.test(field)) return field;
  return wordsOf(field)
    .map((word) => (ACRONYMS.includes(word.toUpperCase()) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()))
    .join(' ');
}

/** Models github.com/fatih/camelcase: runs of one case, where the last capital before small letters belongs to them. */
const wordsOf = (field: string): readonly string[] => field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}\p{Ll}+|\p{Ll}+|[^\p{Lu}\p{Ll}]+/gu) ?? [];
