// What a cluster can do, compared with what a lab needs; a refusal says which need is not met and why.

/** Everything a lab may ask for, and how a person calls it. A lab's `needs` uses these names. */
export const CAPABILITIES = {
  workers: { says: 'worker nodes', counts: true },
  hosts: { says: 'nodes that one can log in to', counts: false },
  containers: { says: 'containers that run their programs', counts: false },
  metrics: { says: 'resource metrics (kubectl top)', counts: false },
  'network-policy': { says: 'network policies that are enforced', counts: false },
  ingress: { says: 'an ingress controller', counts: false },
  'dynamic-volumes': { says: 'a storage class that provisions volumes', counts: false },
} as const satisfies Readonly<Record<string, { readonly says: string; readonly counts: boolean }>>;
export type CapabilityName = keyof typeof CAPABILITIES;

/** What is absent counts as not there. */
export type Needs = { readonly [K in CapabilityName]?: (typeof CAPABILITIES)[K]['counts'] extends true ? number : boolean };

export interface Capabilities extends Needs {
  /** Whether the cluster can get at an image; left out: every image. */
  readonly hasImage?: (image: string) => boolean;
}

export const isCapabilityName = (name: string): name is CapabilityName => Object.hasOwn(CAPABILITIES, name);

/** Why a cluster cannot serve those needs: one sentence each, none when it can. */
export function unmetNeeds(needs: Needs, images: readonly string[], capabilities: Capabilities): readonly string[] {
  const reasons: string[] = [];
  for (const [name, { says }] of Object.entries(CAPABILITIES) as readonly [CapabilityName, { readonly says: string }][]) {
    const needed = needs[name];
    const there = capabilities[name];
    if (typeof needed === 'number' && needed > Number(there ?? 0)) reasons.push(`it needs ${says}: ${needed}; there: ${Number(there ?? 0)}`);
    if (needed === true && !there) reasons.push(`it needs ${says}`);
  }
  const missing = images.filter((image) => capabilities.hasImage?.(image) === false);
  if (missing.length > 0) reasons.push(`it needs the image${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`);
  return reasons;
}
