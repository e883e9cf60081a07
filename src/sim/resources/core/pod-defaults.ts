// Defaults of pod specs, in pods and in templates. Models kubernetes/pkg/apis/core/v1/defaults.go
import type { Container, EphemeralContainer, Pod, PodSpec, Probe, Volume } from '../../../kube/api/core-v1.ts';
import { podLimits, podRequests } from '../../../kube/machinery/pod-resources.ts';
import { formatQuantity } from '../../../kube/machinery/quantity.ts';
import type { Mutable } from '../descriptor.ts';
import { isHugePageName, isOvercommitAllowed } from './validation/resource-names.ts';
import { defaultVolumeSources, roundAmounts } from './volume-defaults.ts';

type Draft<T> = Mutable<T>;

/** `latest` for an image without tag and digest. */
export function imageTag(image: string): string {
  const at = image.indexOf('@');
  const name = at < 0 ? image : image.slice(0, at);
  const colon = name.lastIndexOf(':');
  if (colon > name.lastIndexOf('/')) return name.slice(colon + 1);
  return at < 0 ? 'latest' : '';
}

function defaultProbe(probe: Draft<Probe> | undefined): void {
  if (!probe) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: { path?: string; scheme?: string }): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

function defaultContainer(container: Draft<Container> | Draft<EphemeralContainer>): void {
  container.imagePullPolicy ||= imageTag(container.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) if (variable.valueFrom?.fieldRef) variable.valueFrom.fieldRef.apiVersion ||= 'v1';
  for (const variable of container.env ?? []) if (variable.valueFrom?.fileKeyRef) variable.valueFrom.fileKeyRef.optional ??= false;
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) defaultProbe(probe);
  roundAmounts(container.resources?.limits, container.resources?.requests);
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (hook?.httpGet) defaultHttpGet(hook.httpGet);
}

const SOURCE_OF_NO_VOLUME = 'name';
function defaultVolume(volume: Draft<Volume>): void {
  if (Object.keys(volume).every((key) => key === SOURCE_OF_NO_VOLUME)) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= 0o644;
  if (volume.configMap) volume.configMap.defaultMode ??= 0o644;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= 0o644;
    for (const item of volume.downwardAPI.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1';
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= 0o644;
    for (const source of volume.projected.sources ?? []) {
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
      for (const item of source.downwardAPI?.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1';
    }
  }
  defaultVolumeSources(volume);
  if (volume.image) volume.image.pullPolicy ||= imageTag(volume.image.reference ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  if (!claim) return;
  claim.volumeMode ??= 'Filesystem';
  roundAmounts(claim.resources?.limits, claim.resources?.requests);
}

/** Of every pod spec; what only pods get is in `defaultPod`. */
export function defaultPodSpec(spec: Draft<PodSpec>): void {
  spec.containers ??= [];
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  // The deprecated alias follows the name.
  if (spec.serviceAccount && !spec.serviceAccountName) spec.serviceAccountName = spec.serviceAccount;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])]) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  roundAmounts(spec.overhead, spec.resources?.limits, spec.resources?.requests);
}

const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePageName(name);

/** What a pod as a whole asks follows from its containers, then from its limits. */
function defaultPodResources(spec: Draft<PodSpec>): void {
  const { resources } = spec;
  const has = (list: object | undefined): boolean => Object.keys(list ?? {}).length > 0;
  if (!resources || (!has(resources.limits) && !has(resources.requests))) return;
  const { resources: _resources, ...containersOnly } = spec;
  const pod = { spec: { ...containersOnly, containers: spec.containers ?? [] } } as unknown as Pod;
  const limits = { ...resources.limits };
  for (const [name, sum] of Object.entries(podLimits(pod, { excludeOverhead: true })))
    if (isHugePageName(name) && resources.requests?.[name] === undefined) limits[name] ??= formatQuantity(sum);
  if (has(limits)) resources.limits = limits;
  if (!has(limits)) return;
  const requests = { ...resources.requests };
  for (const [name, sum] of Object.entries(podRequests(pod, { excludeOverhead: true })))
    if (isPodLevel(name) && isOvercommitAllowed(name)) requests[name] ??= formatQuantity(sum);
  for (const [name, limit] of Object.entries(limits)) if (isPodLevel(name)) requests[name] ??= limit;
  if (has(requests)) resources.requests = requests;
}

export function defaultPod(spec: Draft<PodSpec>): void {
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const { limits } = container.resources ?? {};
    if (!limits || !container.resources) continue;
    container.resources.requests = { ...limits, ...container.resources.requests };
  }
  defaultPodResources(spec);
  // Of pods alone; templates keep it and are warned of it.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork)
    for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])])
      for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  defaultPodSpec(spec);
}
