// The flags of `kubectl get`.
import { bool, int, string, type FlagSpecs } from '../flags/flag.ts';
import { ALL_NAMESPACES, CHUNK_SIZE_PRESET, DATA_FORMATS, FIELD_SELECTOR, fileFlags, LABEL_COLUMNS, PRINT_FLAGS, SELECTOR } from '../flags/sets.ts';

export const OWN_FORMATS = ['custom-columns', 'custom-columns-file', 'wide'];
export const TABLE_ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

export const flags = {
  ...PRINT_FLAGS,
  output: string(`Output format: ${DATA_FORMATS}, ${OWN_FORMATS.join(', ')}.`, { short: 'o' }),
  ...fileFlags('is shown'),
  raw: string('Path on the server that is asked for as it stands.'),
  watch: bool('Go on showing changes after what is there now.', { short: 'w' }),
  'watch-only': bool('Show changes only.'),
  'output-watch-events': bool('Show the events of a watch, not only their objects.'),
  'chunk-size': int('How many objects are asked for at a time; 0 asks for all at once.', { preset: CHUNK_SIZE_PRESET }),
  'ignore-not-found': bool('An object that is not there is no failure.'),
  selector: SELECTOR,
  'field-selector': FIELD_SELECTOR,
  'all-namespaces': ALL_NAMESPACES,
  'server-print': bool('Let the server make the table.', { preset: true }),
  subresource: string('Subresource of the object that is shown: status, scale, resize.'),
  'no-headers': bool('No line of headings.'),
  'label-columns': LABEL_COLUMNS,
  'show-labels': bool('All labels in a last column.'),
  'show-kind': bool("The type before each object's name."),
  'sort-by': string("JSONPath of the field to sort by, such as '{.metadata.name}'."),
} as const satisfies FlagSpecs;
export type GetFlags = typeof flags;
