// Several authorizers as one: the first that allows decides, the reasons of the others add up. Models kubernetes/staging/src/k8s.io/apiserver/pkg/authorization/union
import { MASTERS } from '../authentication/user.ts';
import type { Attributes, Authorizer, Decision } from './attributes.ts';

/** One that has no opinion says so with undefined. */
export interface PartialAuthorizer {
  authorize(attributes: Attributes): Decision | undefined;
}

const MASTER: Decision = { allowed: true, reason: '' };

export class UnionAuthorizer implements Authorizer {
  readonly #authorizers: readonly PartialAuthorizer[];

  constructor(authorizers: readonly PartialAuthorizer[]) {
    this.#authorizers = authorizers;
  }

  /** Members of `system:masters` may do everything, asked here once. */
  authorize(attributes: Attributes): Decision {
    if (attributes.user.groups.includes(MASTERS)) return MASTER;
    const reasons: string[] = [];
    for (const each of this.#authorizers) {
      const decision = each.authorize(attributes);
      if (decision?.allowed) return decision;
      if (decision?.reason) reasons.push(decision.reason);
    }
    return { allowed: false, reason: reasons.join('\n') };
  }
}
