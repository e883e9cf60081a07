// A cluster's kubeconfig is written anew at each start; the namespace that the learner has chosen in it stays. Pure.
import { parseDocument } from 'yaml';
import { parseKubeconfig } from '../kube/kubeconfig/parse.ts';
import { AppError } from '../errors/app-error.ts';

/** `fresh` with the namespace that `before` has for the same context; what cannot be read has none. */
export function withNamespaceOf(fresh: string, before: string | undefined): string {
  const { currentContext = '' } = parseKubeconfig(fresh, 'the new kubeconfig');
  const namespace = before === undefined ? undefined : namespaceIn(before, currentContext);
  if (namespace === undefined) return fresh;
  const document = parseDocument(fresh);
  document.setIn(['contexts', 0, 'context', 'namespace'], namespace);
  return document.toString({ lineWidth: 0 });
}

function namespaceIn(text: string, context: string): string | undefined {
  try {
    return parseKubeconfig(text, 'the kubeconfig before').contexts.get(context)?.namespace;
  } catch (error) {
    if (error instanceof AppError) return undefined; // spoilt by hand: it is being replaced by a good one
    throw error;
  }
}
