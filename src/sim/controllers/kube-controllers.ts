// Runs the enabled controllers, each with its own identity, on shared informers. Models kubernetes/cmd/kube-controller-manager/app/controllermanager.go
import { serviceAccounts } from '../../kube/api/resources.ts';
import type { ApiClient } from '../../kube/client/api-client.ts';
import type { Component, ComponentContext } from '../../kube/client/component.ts';
import { WorkQueue } from '../../kube/client/work-queue.ts';
import { isAlreadyExists } from '../../kube/machinery/status-error.ts';
import type { CertificateSigner } from './certificates/signer.ts';
import type { ControllerSettings } from './context.ts';
import { CONTROLLERS } from './registry.ts';

export interface ControllerManagerOptions {
  /** Speaks as `system:kube-controller-manager`; its informers serve all controllers. */
  readonly context: ComponentContext;
  /** A client that speaks as this user: `system:serviceaccount:kube-system:deployment-controller`. */
  readonly identity: (user: string) => ApiClient;
  readonly rootCa: string;
  /** Signs certificate requests; left out, they stay unsigned. */
  readonly signer?: CertificateSigner;
  /** Signs the tokens that secrets ask for; left out, they stay empty. */
  readonly tokenFor?: ControllerSettings['tokenFor'];
  /** Default `10.244.0.0/16`. */
  readonly podCidr?: string;
  /** Names of the registry; default all. Throws at an unknown one. */
  readonly enabled?: readonly string[];
}

const NAMESPACE = 'kube-system';

export function createControllerManager({
  context,
  identity,
  rootCa,
  signer,
  tokenFor,
  podCidr = '10.244.0.0/16',
  enabled,
}: ControllerManagerOptions): Component {
  const known = new Set(CONTROLLERS.map(({ name }) => name));
  if (known.size !== CONTROLLERS.length) throw new Error('a controller is registered twice');
  const unknown = enabled?.find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`there is no controller ${unknown}`);
  const settings: ControllerSettings = { rootCa, podCidr, ...(signer ? { signer } : {}), ...(tokenFor ? { tokenFor } : {}) };
  const entries = CONTROLLERS.filter(({ name }) => enabled?.includes(name) ?? true);
  const components = entries.map(({ serviceAccount, create }) =>
    create({ ...context, client: serviceAccount === undefined ? context.client : identity(`system:serviceaccount:${NAMESPACE}:${serviceAccount}`), settings }),
  );
  // Upstream makes the accounts when it asks for their tokens; people see them in kube-system.
  const accounts = new WorkQueue({
    clock: context.clock,
    maxDelayMs: 5000,
    async sync(name) {
      await context.client.create(serviceAccounts, { metadata: { name, namespace: NAMESPACE } }, { namespace: NAMESPACE }).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    },
  });
  return {
    name: 'controller-manager',
    start() {
      for (const component of components) component.start();
      for (const { serviceAccount } of entries) if (serviceAccount !== undefined) accounts.add(serviceAccount);
      accounts.start();
    },
    stop() {
      accounts.stop();
      for (const component of components.toReversed()) component.stop();
    },
  };
}
