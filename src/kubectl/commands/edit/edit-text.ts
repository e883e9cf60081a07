// The text that is edited: its head with what went wrong before, and what of it counts. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go
import { sortedGoJson } from '../../../kube/machinery/go-json.ts';
import { parseYaml } from '../../../kube/machinery/yaml.ts';

export type EditMode = 'normal' | 'create' | 'last-applied';

export interface EditReason {
  readonly head: string;
  readonly other: readonly string[];
}

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;
const LAST_APPLIED_HEADER = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

export function headerText(mode: EditMode, reasons: readonly EditReason[]): string {
  const told = reasons.map(({ head, other }) =>
    [`# ${commented(head)}${other.length ? ':' : ''}\n`, ...other.map((each) => `# * ${commented(each)}\n`), '#\n'].join(''),
  );
  return `${mode === 'last-applied' ? LAST_APPLIED_HEADER : HEADER}${told.join('')}`;
}
const commented = (text: string): string => text.replaceAll(/\n(?=[^#])/g, '\n# ');

/** Without the lines that are comments. */
export const withoutComments = (text: string): string => text.split('\n').filter(isContent).join('\n');
const isContent = (line: string): boolean => !/^\s*#(?!!)/.test(line);

export const hasContent = (text: string): boolean => text.split('\n').some((line) => line.trim() !== '' && !line.trim().startsWith('#'));

/** What two texts are compared by: the value where there is one, the lines where not. */
export function contentOf(text: string): string {
  if (/^\s*\{/.test(text)) return text;
  try {
    return sortedGoJson(parseYaml(text).value);
  } catch {
    return withoutComments(text);
  }
}
