// A cluster as labs and provisioning see it: a door to its API, and what may be expected of it.
import type { ApiClient } from '../kube/client/api-client.ts';
import type { Capabilities } from './capabilities.ts';

export interface ClusterTarget {
  /** The cluster's name, or the context's where ckadet did not make the cluster. */
  readonly name: string;
  /** The kubeconfig context that reaches it. */
  readonly context: string;
  /** Path of the kubeconfig, or several as in $KUBECONFIG. */
  readonly kubeconfig: string;
  readonly client: ApiClient;
  readonly capabilities: Capabilities;
  /** `provisioned`: made by `ckadet cluster create`; `external`: by somebody else. */
  readonly origin: 'simulator' | 'provisioned' | 'external';
}
