// What every controller of the manager is given.
import type { ServiceAccount } from '../../kube/api/core-v1.ts';
import type { Component, ComponentContext } from '../../kube/client/component.ts';
import type { CertificateSigner } from './certificates/signer.ts';

export interface ControllerSettings {
  /** PEM of the cluster's authority, as pods get it. */
  readonly rootCa: string;
  /** `10.244.0.0/16`: nodes get a /24 each. */
  readonly podCidr: string;
  /** The cluster's authority; left out where nobody signs certificates. */
  readonly signer?: CertificateSigner;
  /** Signs a token without an end, kept in the secret of that name; left out where nobody does. */
  readonly tokenFor?: (account: ServiceAccount, secret: string) => string;
}

/** `client` speaks as the controller's own service account; `informers` are the manager's, shared by all. */
export interface ControllerContext extends ComponentContext {
  readonly settings: ControllerSettings;
}

export interface ControllerEntry {
  readonly name: string;
  /** In kube-system: whom the API server sees. Left out: the manager itself. */
  readonly serviceAccount?: string;
  create(context: ControllerContext): Component;
}
