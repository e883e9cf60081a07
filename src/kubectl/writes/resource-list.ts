// `cpu=2,memory=1Gi` as a list of resources. Models kubernetes/staging/src/k8s.io/kubectl/pkg/generate/versioned/run.go (populateResourceListV1)
import { formatQuantity, parseQuantity, QUANTITY_ERROR } from '../../kube/machinery/quantity.ts';
import { CommandError } from '../failures.ts';

/** Undefined for nothing. Throws kubectl's sentences. */
export function resourceList(text: string): Readonly<Record<string, string>> | undefined {
  if (text === '') return undefined;
  const list: Record<string, string> = {};
  for (const statement of text.split(',')) {
    const [name = '', amount, ...more] = statement.split('=');
    if (amount === undefined || more.length) throw new CommandError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    const quantity = parseQuantity(amount);
    if (!quantity) throw new CommandError(QUANTITY_ERROR);
    list[name] = formatQuantity(quantity);
  }
  return Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));
}
