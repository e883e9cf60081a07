// Values such as `25%` or 3. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go

/** Scales a percentage to `total`, rounded up or down; undefined for text that is no percentage. */
export function scaledValue(value: number | string | undefined, total: number, roundUp: boolean): number | undefined {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(value);
  if (!match) return undefined;
  const exact = (Number(match[1]) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}
