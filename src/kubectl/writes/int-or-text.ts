// A number where the text is one, the text itself otherwise. Models k8s.io/apimachinery/pkg/util/intstr (Parse)

export function intOrText(text: string): number | string {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? Number(text) : text;
}
