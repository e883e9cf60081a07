// Flags that many commands share, each set once.
import { bool, string, strings } from './flag.ts';

export const fileFlags = (what: string) =>
  ({
    filename: strings(`File, folder or address of what ${what}.`, { short: 'f' }),
    kustomize: string('Folder of a kustomization; cannot be used with -f or -R.', { short: 'k' }),
    recursive: bool('Also the files in folders below the one given with -f.', { short: 'R' }),
  }) as const;

export const SELECTOR = string("Label query: '=', '==', '!=', 'in', 'notin', such as -l app=shop,tier in (web,api).", { short: 'l' });
export const FIELD_SELECTOR = string("Field query: '=', '==' and '!='; which fields there are depends on the type.");
export const ALL_NAMESPACES = bool('In all namespaces; --namespace does not count.', { short: 'A' });
export const CHUNK_SIZE_PRESET = 500;

/** What `-o` takes without tables and columns. */
export const DATA_FORMATS = 'json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file';

export const PRINT_FLAGS = {
  'allow-missing-template-keys': bool('Print nothing for a field or map key that a template names and the object lacks.', { preset: true }),
  output: string(`Output format: ${DATA_FORMATS}.`, { short: 'o' }),
  'show-managed-fields': bool('Keep the managedFields in JSON and YAML.'),
  template: string('Template, or file of one, for -o go-template and -o go-template-file.'),
} as const;

export const DRY_RUN = string('none, server or client: client only shows what would be sent, server asks it without keeping anything.', {
  preset: 'none',
  bare: 'unchanged',
});
export const fieldManager = (name: string) => string('Name under which the fields that are set are owned.', { preset: name });
export const VALIDATE = string('strict (or true), warn or ignore (or false): what happens to unknown and duplicate fields.', {
  preset: 'strict',
  bare: 'strict',
});
export const LABEL_COLUMNS = strings('Labels that are shown as columns.', { short: 'L' });
export const SUBRESOURCE = string('Part of the object that has an address of its own: status, scale, resize ….');
