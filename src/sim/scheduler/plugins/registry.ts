// The plugins of the default profile, in the order in which they are asked. Models kubernetes/pkg/scheduler/apis/config/v1/default_plugins.go
import type { PluginEntry } from '../handle.ts';
import { defaultBinder } from './default-binder.ts';
import { defaultPreemption } from './default-preemption.ts';
import { dynamicResources } from './dynamic-resources.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { schedulingGates } from './scheduling-gates.ts';
import { taintToleration } from './taint-toleration.ts';
import { volumeBinding } from './volume-binding.ts';
import { volumeRestrictions } from './volume-restrictions.ts';
import { volumeZone } from './volume-zone.ts';

export const DEFAULT_PLUGINS: readonly PluginEntry[] = [
  { name: 'SchedulingGates', create: schedulingGates },
  { name: 'NodeUnschedulable', create: nodeUnschedulable },
  { name: 'NodeName', create: nodeName },
  { name: 'TaintToleration', weight: 3, create: taintToleration },
  { name: 'NodeAffinity', weight: 2, create: nodeAffinity },
  { name: 'NodePorts', create: nodePorts },
  { name: 'NodeResourcesFit', create: nodeResourcesFit },
  { name: 'VolumeRestrictions', create: volumeRestrictions },
  { name: 'VolumeBinding', create: volumeBinding },
  { name: 'VolumeZone', create: volumeZone },
  { name: 'PodTopologySpread', weight: 2, create: podTopologySpread },
  { name: 'InterPodAffinity', weight: 2, create: interPodAffinity },
  { name: 'DynamicResources', create: dynamicResources },
  { name: 'DefaultPreemption', create: defaultPreemption },
  { name: 'NodeResourcesBalancedAllocation', create: nodeResourcesBalancedAllocation },
  { name: 'ImageLocality', create: imageLocality },
  { name: 'DefaultBinder', create: defaultBinder },
];
