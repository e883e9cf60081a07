// Paths of fields in messages. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/validation/field/path.go

/** `spec.ports`; names alone below no path. */
export const child = (at: string, ...names: readonly string[]): string => (at === '' ? names.join('.') : [at, ...names].join('.'));
export const key = (at: string, name: string): string => `${at}[${name}]`;
