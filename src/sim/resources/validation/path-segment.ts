// What may stand between two slashes of a URL. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/api/validation/path/name.go

export function validatePathSegment(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
}
