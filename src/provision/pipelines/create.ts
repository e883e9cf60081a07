// Making a cluster: every phase, in the order in which a person would do it by hand. The plan knows besides what need not wait for what.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { assumed } from '../survey/facts.ts';
import type { Assumption, Plan, Task } from '../plan/action.ts';
import { containerImages } from '../phases/container-images.ts';
import { containerRuntime } from '../phases/container-runtime.ts';
import { controlPlane } from '../phases/control-plane.ts';
import { etcdAuthority, etcdClient, etcdHealthy, externalEtcd } from '../phases/external-etcd.ts';
import { addOns, adminKubeconfig, nodeLabels, verify } from '../phases/finish.ts';
import { installPackages } from '../phases/install-packages.ts';
import { joinControlPlanes, joinWorkers } from '../phases/join.ts';
import { kubernetesBinaries } from '../phases/kubernetes-binaries.ts';
import { loadBalancer } from '../phases/load-balancer.ts';
import type { Phase, PhaseContext } from '../phases/phase.ts';
import { packageSources } from '../phases/package-sources.ts';
import { podNetwork } from '../phases/pod-network.ts';
import { prepareKernel } from '../phases/prepare-kernel.ts';
import { remember } from '../phases/remember.ts';
import { selinux } from '../phases/selinux.ts';

export const CREATE: readonly Phase[] = [
  remember,
  prepareKernel,
  selinux,
  packageSources,
  installPackages,
  loadBalancer,
  containerRuntime,
  kubernetesBinaries,
  etcdAuthority,
  containerImages,
  externalEtcd,
  etcdHealthy,
  etcdClient,
  controlPlane,
  podNetwork,
  joinControlPlanes,
  joinWorkers,
  nodeLabels,
  addOns,
  adminKubeconfig,
  verify,
];

const taskId = (phase: string, host: string): string => `${phase}/${host}`;

/** Pure: the same file and facts give the same plan. */
export function planOf(phases: readonly Phase[], context: PhaseContext, assumptions: readonly Assumption[]): Plan {
  const { spec } = context;
  const hostsOf = new Map(phases.map((phase) => [phase.info.name, phase.hosts(spec)]));
  const tasks = phases.flatMap((phase) => tasksOf(phase, context, hostsOf));
  const used = phases.filter(({ info }) => tasks.some(({ phase }) => phase === info.name));
  return {
    cluster: spec.name,
    phases: used.map(({ info }) => info),
    tasks: withExistingNeeds(tasks),
    values: phases.flatMap((phase) => phase.values?.(context) ?? []),
    assumptions,
  };
}

function tasksOf(phase: Phase, context: PhaseContext, hostsOf: ReadonlyMap<string, ReturnType<Phase['hosts']>>): readonly Task[] {
  const { name } = phase.info;
  const hosts = phase.hosts(context.spec);
  return hosts.map((host, i) => {
    const before = phase.atOnce === undefined ? undefined : hosts[i - phase.atOnce];
    return {
      id: taskId(name, host.name),
      phase: name,
      host: host.name,
      actions: phase.actions(host, context),
      needs: [
        ...phase.after.map((other) => taskId(other, host.name)),
        ...(phase.afterAll ?? []).flatMap((other) => (hostsOf.get(other) ?? []).map((each) => taskId(other, each.name))),
        ...(before ? [taskId(name, before.name)] : []),
      ],
    };
  });
}

/** A phase may come after one that has nothing to do on a host. Phases name all that they need, so that nothing is lost with it. */
function withExistingNeeds(tasks: readonly Task[]): readonly Task[] {
  const ids = new Set(tasks.map(({ id }) => id));
  return tasks.map((task) => ({ ...task, needs: [...new Set(task.needs)].filter((id) => ids.has(id)) }));
}

/** What a plan took for granted that only the hosts can tell. */
export function assumptionsOf({ hosts, virtual, controlPlanes, file }: ClusterSpec): readonly Assumption[] {
  return hosts.flatMap((host) => [
    ...(virtual && !virtual.interface && controlPlanes.includes(host) ? [{ host: host.name, says: 'the interface that has its address is eth0' }] : []),
    ...(virtual && controlPlanes.includes(host) ? [{ host: host.name, says: `its address is in a /${assumed(host).prefix} network` }] : []),
    ...(file.packages.source === 'repositories' ? [{ host: host.name, says: 'it runs Debian or Ubuntu' }] : []),
    { host: host.name, says: 'its cgroups are version 2' },
  ]);
}
