// Fields of features that are off by default vanish from pods that do not use them already. Models kubernetes/pkg/api/pod/util.go (dropDisabledFields)
import type { Container, PodSpec } from '../../../kube/api/core-v1.ts';
import type { Mutable } from '../descriptor.ts';

type Lists = Pick<Mutable<PodSpec>, 'containers' | 'initContainers' | 'ephemeralContainers'>;
const containersOf = (spec: Lists): Mutable<Container>[] => [
  ...(spec.containers ?? []),
  ...(spec.initContainers ?? []),
  ...((spec.ephemeralContainers ?? []) as Mutable<Container>[]),
];

const usesStopSignals = (spec: PodSpec | undefined): boolean =>
  containersOf((spec ?? { containers: [] }) as Lists).some(({ lifecycle }) => lifecycle?.stopSignal !== undefined);
const usesProjection = (spec: PodSpec | undefined, name: 'clusterTrustBundle' | 'podCertificate'): boolean =>
  (spec?.volumes ?? []).some(({ projected }) => projected?.sources?.some((each) => each[name]));

export function dropDisabledFields(spec: Mutable<PodSpec> | null | undefined, old: PodSpec | undefined): void {
  if (!spec) return;
  for (const name of ['clusterTrustBundle', 'podCertificate'] as const)
    if (!usesProjection(old, name)) for (const { projected } of spec.volumes ?? []) for (const source of projected?.sources ?? []) delete source[name];
  if (!old?.workloadRef) delete spec.workloadRef;
  if (usesStopSignals(old)) return;
  for (const container of containersOf(spec)) {
    if (container.lifecycle?.stopSignal === undefined) continue;
    delete container.lifecycle.stopSignal;
    if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle;
  }
}
