// --record: the command itself kept in an annotation of what it changed. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import type { Call } from '../command.ts';
import { bool } from '../flags/flag.ts';
import { metadataOf } from '../resources/info.ts';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

export const RECORD = bool('Keep this command in an annotation of what it changes.', { deprecated: '--record will be removed in the future' });

type Recording = Pick<Call, 'path' | 'args' | 'given'> & { readonly flags: { readonly record: boolean } };

/** The object with the annotation, or as it is where nothing is to be recorded. */
export function recorded({ path, args, given, flags }: Recording, object: JsonObject): JsonObject {
  if (!flags.record) return object;
  const metadata = metadataOf(object);
  const { annotations } = metadata;
  const cause = [path, ...args, ...given.map(({ name, text }) => `--${name}=${text}`)].join(' ');
  return { ...object, metadata: { ...metadata, annotations: { ...(isJsonObject(annotations) ? annotations : {}), [CHANGE_CAUSE]: cause } } };
}
