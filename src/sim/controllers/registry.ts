// The controllers of the manager, by the names of kube-controller-manager's --controllers.
import type { ControllerEntry } from './context.ts';
import { bootstrapSigner, tokenCleaner } from './bootstrap/controllers.ts';
import { csrApprovingController, csrCleanerController, csrSigningController } from './certificates/controllers.ts';
import { clusterRoleAggregationController } from './clusterrole-aggregation/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring/controller.ts';
import { ephemeralVolumeController } from './ephemeralvolume/controller.ts';
import { garbageCollector } from './garbagecollector/controller.ts';
import { cronJobController } from './cronjob/controller.ts';
import { jobController } from './job/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeIpamController } from './nodeipam/controller.ts';
import { nodeLifecycleController } from './nodelifecycle/controller.ts';
import { persistentVolumeController } from './persistentvolume/controller.ts';
import { podAutoscalerController } from './podautoscaler/controller.ts';
import { podGcController } from './podgc/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { replicationController } from './replicationcontroller/controller.ts';
import { resourceQuotaController } from './resourcequota/controller.ts';
import { rootCaCertPublisher } from './root-ca-cert-publisher/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { serviceAccountTokenController } from './serviceaccount-token/controller.ts';
import { serviceCidrController } from './service-cidr/controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { taintEvictionController } from './tainteviction/controller.ts';
import { ttlAfterFinishedController } from './ttlafterfinished/controller.ts';
import { claimProtectionController, volumeProtectionController } from './volume-protection/controller.ts';

export const CONTROLLERS: readonly ControllerEntry[] = [
  { name: 'namespace-controller', serviceAccount: 'namespace-controller', create: namespaceController },
  { name: 'serviceaccount-controller', serviceAccount: 'service-account-controller', create: serviceAccountController },
  { name: 'serviceaccount-token-controller', create: serviceAccountTokenController },
  { name: 'root-ca-certificate-publisher-controller', serviceAccount: 'root-ca-cert-publisher', create: rootCaCertPublisher },
  { name: 'garbage-collector-controller', serviceAccount: 'generic-garbage-collector', create: garbageCollector },
  { name: 'deployment-controller', serviceAccount: 'deployment-controller', create: deploymentController },
  { name: 'replicaset-controller', serviceAccount: 'replicaset-controller', create: replicaSetController },
  { name: 'daemonset-controller', serviceAccount: 'daemon-set-controller', create: daemonSetController },
  { name: 'statefulset-controller', serviceAccount: 'statefulset-controller', create: statefulSetController },
  { name: 'job-controller', serviceAccount: 'job-controller', create: jobController },
  { name: 'cronjob-controller', serviceAccount: 'cronjob-controller', create: cronJobController },
  { name: 'ttl-after-finished-controller', serviceAccount: 'ttl-after-finished-controller', create: ttlAfterFinishedController },
  { name: 'replicationcontroller-controller', serviceAccount: 'replication-controller', create: replicationController },
  { name: 'persistentvolume-binder-controller', serviceAccount: 'persistent-volume-binder', create: persistentVolumeController },
  { name: 'ephemeral-volume-controller', serviceAccount: 'ephemeral-volume-controller', create: ephemeralVolumeController },
  { name: 'persistentvolumeclaim-protection-controller', serviceAccount: 'pvc-protection-controller', create: claimProtectionController },
  { name: 'persistentvolume-protection-controller', serviceAccount: 'pv-protection-controller', create: volumeProtectionController },
  { name: 'resourcequota-controller', serviceAccount: 'resourcequota-controller', create: resourceQuotaController },
  { name: 'certificatesigningrequest-approving-controller', serviceAccount: 'certificate-controller', create: csrApprovingController },
  { name: 'certificatesigningrequest-signing-controller', serviceAccount: 'certificate-controller', create: csrSigningController },
  { name: 'certificatesigningrequest-cleaner-controller', serviceAccount: 'certificate-controller', create: csrCleanerController },
  { name: 'horizontal-pod-autoscaler-controller', serviceAccount: 'horizontal-pod-autoscaler', create: podAutoscalerController },
  { name: 'bootstrap-signer-controller', serviceAccount: 'bootstrap-signer', create: bootstrapSigner },
  { name: 'token-cleaner-controller', serviceAccount: 'token-cleaner', create: tokenCleaner },
  { name: 'service-cidr-controller', serviceAccount: 'service-cidrs-controller', create: serviceCidrController },
  { name: 'endpoints-controller', serviceAccount: 'endpoint-controller', create: endpointsController },
  { name: 'endpointslice-controller', serviceAccount: 'endpointslice-controller', create: endpointSliceController },
  { name: 'endpointslice-mirroring-controller', serviceAccount: 'endpointslicemirroring-controller', create: endpointSliceMirroringController },
  { name: 'disruption-controller', serviceAccount: 'disruption-controller', create: disruptionController },
  { name: 'node-ipam-controller', serviceAccount: 'node-controller', create: nodeIpamController },
  { name: 'node-lifecycle-controller', serviceAccount: 'node-controller', create: nodeLifecycleController },
  { name: 'taint-eviction-controller', serviceAccount: 'node-controller', create: taintEvictionController },
  { name: 'pod-garbage-collector-controller', serviceAccount: 'pod-garbage-collector', create: podGcController },
  { name: 'clusterrole-aggregation-controller', serviceAccount: 'clusterrole-aggregation-controller', create: clusterRoleAggregationController },
];
