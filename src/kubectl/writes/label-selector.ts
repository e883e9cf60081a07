// A selector as text made the selector of an object. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go (ParseToLabelSelector)
import { messageOf } from '../../errors/app-error.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { parseSelector, type Operator, type Selector } from '../../kube/machinery/selectors.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';

const OPERATORS: Readonly<Partial<Record<Operator, string>>> = { in: 'In', notin: 'NotIn', exists: 'Exists', '!': 'DoesNotExist' };

export interface ObjectSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
}

/** Throws kubectl's sentences. */
export function labelSelectorOf(text: string): ObjectSelector {
  let requirements: Selector;
  try {
    requirements = parseSelector(text);
  } catch (error) {
    throw new CommandError(`couldn't parse the selector string "${text}": ${messageOf(error)}`);
  }
  const matchLabels: Record<string, string> = {};
  const matchExpressions: { key: string; operator: string; values: readonly string[] }[] = [];
  for (const { key, operator, values } of requirements) {
    if (operator === '=') {
      matchLabels[key] = values[0] ?? '';
      continue;
    }
    const word = OPERATORS[operator];
    if (word) matchExpressions.push({ key, operator: word, values });
    else if (operator === 'gt' || operator === 'lt') throw new CommandError(`${goQuote(operator)} isn't supported in label selectors`);
    else throw new CommandError(`${goQuote(operator)} is not a valid label selector operator`);
  }
  return { matchLabels, matchExpressions };
}

/** Without what is empty. */
export const selectorObject = ({ matchLabels, matchExpressions }: ObjectSelector): JsonObject => ({
  ...(Object.keys(matchLabels).length ? { matchLabels } : {}),
  ...(matchExpressions.length
    ? { matchExpressions: matchExpressions.map(({ key, operator, values }) => ({ key, operator, ...(values.length ? { values } : {}) })) }
    : {}),
});
