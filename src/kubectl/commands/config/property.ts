// One value of a kubeconfig by its path: `clusters.lab.server`. Names may hold dots. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/config/{navigation_step_parser,set}.go
import type { JsonValue } from '../../../kube/machinery/json.ts';
import { FIELDS, type FieldKind } from '../../config/kubeconfig-schema.ts';
import { SECTION_NAMES, withEntry, withoutEntry, type Model } from '../../config/kubeconfig-model.ts';
import type { Section } from '../../config/kubeconfig-files.ts';
import { CommandError } from '../../failures.ts';
import { parseGoBool } from '../../flags/go-numbers.ts';
import { decodeBase64 } from '../../../kube/machinery/go-base64.ts';

/** Where a path calls something otherwise than a file does. */
const INNER_NAMES: Readonly<Record<string, string>> = {
  'act-as': 'as',
  'act-as-uid': 'as-uid',
  'act-as-groups': 'as-groups',
  'act-as-user-extra': 'as-user-extra',
};
const OUTER_NAMES: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(INNER_NAMES).map(([inner, outer]) => [outer, inner]));

export type Property =
  | { readonly type: 'current-context' }
  | { readonly type: 'colors' }
  | { readonly type: 'preferences' }
  | { readonly type: 'section'; readonly section: Section }
  | { readonly type: 'entry'; readonly section: Section; readonly name: string }
  | { readonly type: 'field'; readonly section: Section; readonly name: string; readonly field: string; readonly kind: FieldKind };

/** Throws with kubectl's sentence for a path that leads nowhere. */
export function parseProperty(path: string): Property {
  const [first = '', ...rest] = path.split('.');
  if (first === 'current-context' && !rest.length) return { type: 'current-context' };
  if (first === 'current-context') throw new CommandError(`unable to parse one or more field values of ${path}`);
  if (first === 'preferences') {
    if (!rest.length) return { type: 'preferences' };
    if (rest[0] === 'colors' && rest.length === 1) return { type: 'colors' };
    throw new CommandError(`unable to parse ${path} after [{preferences api.Preferences}] at api.Preferences`);
  }
  const section = SECTION_NAMES.find((each) => each === first);
  if (!section) throw new CommandError(`unable to parse ${path} after [] at api.Config`);
  if (!rest.length) return { type: 'section', section };
  const fields = FIELDS[section];
  const isField = (word: string): boolean => (Object.hasOwn(fields, word) && !OUTER_NAMES[word]) || Object.hasOwn(INNER_NAMES, word);
  // The name goes as far as the first word that is a field.
  const at = rest.slice(1).findIndex(isField);
  const name = rest.slice(0, at < 0 ? undefined : at + 1).join('.');
  if (at < 0) return { type: 'entry', section, name };
  const [word = '', ...more] = rest.slice(at + 1);
  const field = INNER_NAMES[word] ?? word;
  if (more.length) throw new CommandError(`unable to parse one or more field values of ${path}`);
  return { type: 'field', section, name, field, kind: fields[field]?.kind ?? 'other' };
}

/** The model with the value in its place; bytes are base64 unless they are `raw`. */
export function setProperty(model: Model, path: string, text: string, raw: boolean): Model {
  const property = parseProperty(path);
  switch (property.type) {
    case 'current-context':
      return { ...model, currentContext: text };
    case 'colors':
      return { ...model, preferences: truth(text) ? { ...model.preferences, colors: true } : {} };
    case 'preferences':
      throw new CommandError(
        `unable to locate path config.navigationStep{stepValue:"", stepType:reflect.Type(nil)} under {${String(model.preferences['colors'] === true)} map[]}`,
      );
    case 'section':
    case 'entry':
      throw new CommandError(`can't set a map to a value: map[${[...model[property.section].keys()].sort().join(' ')}]`);
    case 'field': {
      const { section, name, field, kind } = property;
      return withEntry(model, section, name, { ...model[section].get(name)?.fields, [field]: valueOf(kind, text, raw) });
    }
  }
}

function valueOf(kind: FieldKind, text: string, raw: boolean): JsonValue {
  if (kind === 'text' || kind === 'file') return text;
  if (kind === 'bool') return truth(text);
  if (kind === 'other') throw new CommandError('unrecognized slice type. string');
  if (raw) return Buffer.from(text).toString('base64');
  const bytes = decodeBase64(text);
  if (typeof bytes === 'number') throw new CommandError(`error decoding input value: illegal base64 data at input byte ${bytes}`);
  return Buffer.from(bytes).toString('base64');
}

function truth(text: string): boolean {
  try {
    return parseGoBool(text);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

/** The model without the value. */
export function unsetProperty(model: Model, path: string): Model {
  const property = parseProperty(path);
  switch (property.type) {
    case 'current-context':
      return { ...model, currentContext: '' };
    case 'colors':
    case 'preferences':
      return { ...model, preferences: {} };
    case 'section':
      return { ...model, [property.section]: new Map() };
    case 'entry':
      return withoutEntry(model, property.section, property.name);
    case 'field': {
      const { section, name, field } = property;
      const entry = model[section].get(name);
      if (!entry) throw new CommandError(`current map key \`${name}\` is invalid`);
      const { [field]: _field, ...fields } = entry.fields;
      return withEntry(model, section, name, fields);
    }
  }
}
