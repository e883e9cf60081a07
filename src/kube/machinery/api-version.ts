// Which version of an API is newer: v2 before v1, v1 before v1beta2, v1beta2 before v1alpha1, anything else behind. Models k8s.io/apimachinery/pkg/version/helpers.go

const FORM = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

function rankOf(version: string): readonly number[] | undefined {
  const found = FORM.exec(version);
  if (!found) return undefined;
  const [, major, stage, minor] = found;
  return [stage === undefined ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor ?? 0)];
}

/** For sorting: the version to prefer comes first. */
export function compareApiVersions(a: string, b: string): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0;
  const at = left.findIndex((each, i) => each !== right[i]);
  return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
}
