// The controllers of the manager, by the names of kube-controller-manager's --controllers.
import type { ControllerEntry } from './context.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring/controller.ts';
import { garbageCollector } from './garbagecollector/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { rootCaCertPublisher } from './root-ca-cert-publisher/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';

export const CONTROLLERS: readonly ControllerEntry[] = [
  { name: 'namespace-controller', serviceAccount: 'namespace-controller', create: namespaceController },
  { name: 'serviceaccount-controller', serviceAccount: 'service-account-controller', create: serviceAccountController },
  { name: 'root-ca-certificate-publisher-controller', serviceAccount: 'root-ca-cert-publisher', create: rootCaCertPublisher },
  { name: 'garbage-collector-controller', serviceAccount: 'generic-garbage-collector', create: garbageCollector },
  { name: 'deployment-controller', serviceAccount: 'deployment-controller', create: deploymentController },
  { name: 'replicaset-controller', serviceAccount: 'replicaset-controller', create: replicaSetController },
  { name: 'daemonset-controller', serviceAccount: 'daemon-set-controller', create: daemonSetController },
  { name: 'endpoints-controller', serviceAccount: 'endpoint-controller', create: endpointsController },
  { name: 'endpointslice-controller', serviceAccount: 'endpointslice-controller', create: endpointSliceController },
  { name: 'endpointslice-mirroring-controller', serviceAccount: 'endpointslicemirroring-controller', create: endpointSliceMirroringController },
];
