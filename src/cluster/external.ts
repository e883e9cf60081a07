// A cluster that ckadet did not make, reached through a context that the learner has allowed.
import { delimiter } from 'node:path';
import { ingressClasses, nodes, pods, storageClasses } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { loadKubeconfig } from '../kube/kubeconfig/load.ts';
import { resolveContext } from '../kube/kubeconfig/resolve.ts';
import { isJsonObject } from '../kube/machinery/json.ts';
import type { Home } from '../platform/home.ts';
import { checkAllowed, loadAllowedContexts } from './allowed-contexts.ts';
import type { Capabilities } from './capabilities.ts';
import { connect } from './connect.ts';
import type { ClusterTarget } from './target.ts';

/** Network plugins known to enforce policies, by what their pods are called. */
const POLICY_ENFORCERS = ['calico-node', 'cilium', 'canal', 'weave-net', 'antrea-agent', 'kube-router', 'ovnkube-node', 'aws-node', 'azure-npm'];

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

export async function externalTarget(
  context: string,
  { home, env }: { readonly home: Home; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<ClusterTarget> {
  const config = await loadKubeconfig({ env });
  const connection = await resolveContext(config, context);
  checkAllowed(await loadAllowedContexts(home), context, connection.server);
  const client = await connect(connection);
  return { name: context, context, kubeconfig: config.files.join(delimiter), client, capabilities: await probeCapabilities(client), origin: 'external' };
}

/** Asks a cluster what it can do. */
export async function probeCapabilities(client: ApiClient): Promise<Capabilities> {
  const [nodeList, groups, classes, storage, system] = await Promise.all([
    client.list(nodes),
    client.raw('/apis'),
    client.list(ingressClasses),
    client.list(storageClasses),
    client.list(pods, { namespace: 'kube-system' }),
  ]);
  const served = isJsonObject(groups) && Array.isArray(groups['groups']) ? (groups['groups'] as readonly unknown[]) : [];
  return {
    // As labs draw their nodes: a control plane that also takes pods is no worker.
    workers: nodeList.items.filter(
      ({ metadata, spec }) => metadata.labels?.[CONTROL_PLANE] === undefined && !spec?.taints?.some(({ key }) => key === CONTROL_PLANE),
    ).length,
    containers: true,
    metrics: served.some((group) => isJsonObject(group) && group['name'] === 'metrics.k8s.io'),
    'network-policy': system.items.some((pod) => POLICY_ENFORCERS.some((name) => pod.metadata.name?.startsWith(name))),
    ingress: classes.items.length > 0,
    'dynamic-volumes': storage.items.some((each) => each.provisioner !== 'kubernetes.io/no-provisioner'),
  };
}
