// What `ckadet cluster create` says in the end, whoever made the cluster.
import type { Output } from './output/output.ts';
import { commandList } from './output/wrap.ts';
import type { Repeat } from './which-cluster.ts';

export interface MadeCluster {
  readonly name: string;
  /** The URL of its API; left out where nobody needs to know. */
  readonly at?: string;
  /** The path of its kubeconfig. */
  readonly kubeconfig: string | undefined;
  /** False where nothing had to be changed. */
  readonly isNew: boolean;
}

export function clusterMade({ name, at, kubeconfig, isNew }: MadeCluster, repeat: Repeat, out: Output): string {
  const headline = isNew ? `The cluster ${name} is ready` : `The cluster ${name} is as the file says: nothing was changed`;
  const next = [
    [`kubectl --kubeconfig ${kubeconfig}`, 'works in it'],
    [repeat('ckadet cluster kubeconfig --merge'), 'adds it to your own kubeconfig'],
  ] as const;
  return [`${out.style.good(headline)}${at === undefined ? '' : ` at ${at}`}`, '', commandList(next, out.width, out.style.code)].join('\n');
}
