// JSONPaths as people write them for columns and sorting: `metadata.name`, `.metadata.name`, `{.metadata.name}`. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go
import { CommandError } from '../failures.ts';

const RELAXED = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/** The template of it. Throws where it is none. */
export function relaxedPath(path: string): string {
  if (path === '') return path;
  const found = RELAXED.exec(path);
  if (!found) throw new CommandError("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'");
  return `{.${found[1] ?? found[2] ?? ''}}`;
}
