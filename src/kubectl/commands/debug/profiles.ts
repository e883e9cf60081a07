// What a debugging profile gives the new container, and takes from the copy of a pod. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/debug/profiles.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { CommandError } from '../../failures.ts';
import { listField, objectField, specOf } from '../../streams/pod-fields.ts';

export type Style = 'node' | 'copy' | 'ephemeral';

export interface Kept {
  readonly labels: boolean;
  readonly annotations: boolean;
  readonly liveness: boolean;
  readonly readiness: boolean;
  readonly startup: boolean;
  readonly initContainers: boolean;
}

interface Profile {
  /** The security context of the debugging container, made of what it has. */
  readonly security?: (context: JsonObject | undefined, style: Style) => JsonObject | undefined;
  /** Whether on a node the pod is given the host's namespaces, and its root folder. */
  readonly hostNamespaces: boolean;
  readonly hostRoot: boolean;
  /** Whether a copy is made harmless: no labels, no probes, processes that see each other. */
  readonly strips: boolean;
}

const withCapabilities =
  (...names: readonly string[]) =>
  (context: JsonObject = {}): JsonObject => {
    const capabilities = objectField(context, 'capabilities');
    const before = Array.isArray(capabilities['add']) ? (capabilities['add'] as readonly JsonValue[]) : [];
    return { ...context, capabilities: { ...capabilities, add: [...before, ...names] } };
  };
const RESTRICTED: JsonObject = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

const PROFILES: Readonly<Record<string, Profile>> = {
  legacy: { hostNamespaces: true, hostRoot: true, strips: false },
  general: {
    security: (context, style) => (style === 'node' ? undefined : withCapabilities('SYS_PTRACE')(context)),
    hostNamespaces: true,
    hostRoot: true,
    strips: true,
  },
  baseline: { security: () => undefined, hostNamespaces: false, hostRoot: false, strips: true },
  restricted: { security: () => RESTRICTED, hostNamespaces: false, hostRoot: false, strips: true },
  netadmin: { security: withCapabilities('NET_ADMIN', 'NET_RAW'), hostNamespaces: true, hostRoot: false, strips: true },
  sysadmin: { security: (context = {}) => ({ ...context, privileged: true }), hostNamespaces: true, hostRoot: true, strips: true },
};

export type ApplyProfile = (pod: JsonObject, container: string, style: Style, kept: Kept) => JsonObject;

/** Throws for a name that no profile has. */
export function profileNamed(name: string): ApplyProfile {
  const profile = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  if (!profile) throw new CommandError(`unknown profile: ${name}`);
  return (pod, container, style, kept) => {
    const group = style === 'ephemeral' ? 'ephemeralContainers' : 'containers';
    const secured = changedContainer(pod, group, container, (each) => (profile.security ? withSecurity(each, profile.security(contextOf(each), style)) : each));
    if (style === 'copy') return profile.strips ? stripped(secured, kept) : legacyCopy(secured);
    return style === 'node' ? onHost(secured, container, profile) : secured;
  };
}

const contextOf = (container: JsonObject): JsonObject | undefined => {
  const context = container['securityContext'];
  return isJsonObject(context) ? context : undefined;
};

function withSecurity({ securityContext: _before, ...container }: JsonObject, securityContext: JsonObject | undefined): JsonObject {
  return securityContext ? { ...container, securityContext } : container;
}

export function changedContainer(pod: JsonObject, group: string, name: string, change: (container: JsonObject) => JsonObject): JsonObject {
  const spec = specOf(pod);
  const containers = listField(spec, group);
  const first = containers.find((each) => each['name'] === name);
  return { ...pod, spec: { ...spec, [group]: containers.map((each) => (each === first ? change(each) : each)) } };
}

function onHost(pod: JsonObject, container: string, { hostNamespaces, hostRoot }: Profile): JsonObject {
  const spec = specOf(pod);
  const host = hostNamespaces ? { hostNetwork: true, hostPID: true, hostIPC: true } : {};
  const there = { ...pod, spec: { ...spec, ...host, ...(hostRoot ? { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] } : {}) } };
  if (!hostRoot) return there;
  return changedContainer(there, 'containers', container, (each) => ({ ...each, volumeMounts: [{ mountPath: '/host', name: 'host-root' }] }));
}

function without(object: JsonObject, ...fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}
const unless = (isKept: boolean, field: string): readonly string[] => (isKept ? [] : [field]);

const legacyCopy = (pod: JsonObject): JsonObject => ({ ...pod, metadata: without(objectField(pod, 'metadata'), 'labels') });

function stripped(pod: JsonObject, kept: Kept): JsonObject {
  const spec = specOf(pod);
  const probes = [...unless(kept.liveness, 'livenessProbe'), ...unless(kept.readiness, 'readinessProbe'), ...unless(kept.startup, 'startupProbe')];
  return {
    ...pod,
    metadata: without(objectField(pod, 'metadata'), ...unless(kept.labels, 'labels'), ...unless(kept.annotations, 'annotations')),
    spec: {
      shareProcessNamespace: true,
      ...without(spec, ...unless(kept.initContainers, 'initContainers')),
      containers: listField(spec, 'containers').map((each) => without(each, ...probes)),
    },
  };
}
