// The checks of the baseline level. Models kubernetes/staging/src/k8s.io/pod-security-admission/policy/check_*.go
import type { LifecycleHandler, Probe, SELinuxOptions } from '../../../../kube/api/core-v1.ts';
import { containersOf, containersWhere, named, plural, quoted, setters, sorted, unlessOwnUsers, type Check, type CheckPod } from './check.ts';

const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

const appArmor: CheckPod = ({ metadata, spec }) => {
  const isBad = (type: string | undefined): boolean => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const ofPod = spec.securityContext?.appArmorProfile?.type;
  const bad = containersWhere(spec, (context) => isBad(context?.appArmorProfile?.type));
  const values = sorted(
    [ofPod, ...containersOf(spec).map((each) => each.securityContext?.appArmorProfile?.type)].filter((each) => each !== undefined && isBad(each)) as string[],
  );
  const annotations = Object.entries(metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(APPARMOR_ANNOTATION) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = [...setters(isBad(ofPod), bad), ...(annotations.length ? [plural('annotation', annotations.length)] : [])];
  if (!who.length) return undefined;
  const all = [...values, ...annotations];
  return { reason: plural('forbidden AppArmor profile', all.length), detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(all)}` };
};

const DEFAULT_CAPABILITIES: ReadonlySet<string> = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);
const capabilities: CheckPod = ({ spec }) => {
  const extra = (added: readonly string[] = []): string[] => added.filter((each) => !DEFAULT_CAPABILITIES.has(each));
  const bad = containersWhere(spec, (context) => extra(context?.capabilities?.add).length > 0);
  if (!bad.length) return undefined;
  const values = sorted(containersOf(spec).flatMap((each) => extra(each.securityContext?.capabilities?.add)));
  return { reason: 'non-default capabilities', detail: `${named('container', bad)} must not include ${quoted(values)} in securityContext.capabilities.add` };
};

const hostNamespaces: CheckPod = ({ spec }) => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((each) => spec[each]);
  return used.length ? { reason: 'host namespaces', detail: used.map((each) => `${each}=true`).join(', ') } : undefined;
};

const hostPathVolumes: CheckPod = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((each) => each.hostPath).map(({ name }) => name);
  return bad.length ? { reason: 'hostPath volumes', detail: named('volume', bad) } : undefined;
};

const hostPorts: CheckPod = ({ spec }) => {
  const bad = containersWhere(spec, (_, { ports = [] }) => ports.some((each) => each.hostPort));
  if (!bad.length) return undefined;
  const ports = sorted(containersOf(spec).flatMap((each) => (each.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))));
  return {
    reason: 'hostPort',
    detail: `${named('container', bad)} ${bad.length === 1 ? 'uses' : 'use'} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
};

const hostsOf = (handler: Pick<Probe & LifecycleHandler, 'httpGet' | 'tcpSocket'> | undefined): string[] =>
  [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((each): each is string => Boolean(each));
const hostProbes: CheckPod = ({ spec }) => {
  const found = containersOf(spec).map(({ name, livenessProbe, readinessProbe, startupProbe, lifecycle }) => ({
    name,
    hosts: [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(hostsOf),
  }));
  const bad = sorted(found.filter(({ hosts }) => hosts.length).map(({ name }) => name));
  if (!bad.length) return undefined;
  const hosts = sorted(found.flatMap((each) => each.hosts));
  return {
    reason: 'probe or lifecycle host',
    detail: `${named('container', bad)} ${bad.length === 1 ? 'uses' : 'use'} ${plural('probe or lifecycle host', hosts.length)} ${quoted(hosts)}`,
  };
};

const privileged: CheckPod = ({ spec }) => {
  const bad = containersWhere(spec, (context) => context?.privileged === true);
  return bad.length ? { reason: 'privileged', detail: `${named('container', bad)} must not set securityContext.privileged=true` } : undefined;
};

export const procMount: CheckPod = ({ spec }) => {
  const isBad = (type: string | undefined): boolean => type !== undefined && type !== 'Default';
  const bad = containersWhere(spec, (context) => isBad(context?.procMount));
  if (!bad.length) return undefined;
  const types = sorted(containersOf(spec).flatMap(({ securityContext }) => (isBad(securityContext?.procMount) ? [securityContext?.procMount ?? ''] : [])));
  return { reason: 'procMount', detail: `${named('container', bad)} must not set securityContext.procMount to ${quoted(types)}` };
};

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
const seLinux =
  (allowed: readonly string[]): CheckPod =>
  ({ spec }) => {
    const isBad = (options: SELinuxOptions | undefined): boolean =>
      options !== undefined && (!allowed.includes(options.type ?? '') || Boolean(options.user) || Boolean(options.role));
    const ofPod = spec.securityContext?.seLinuxOptions;
    const bad = containersWhere(spec, (context) => isBad(context?.seLinuxOptions));
    const who = setters(isBad(ofPod), bad);
    if (!who.length) return undefined;
    const all = [ofPod, ...containersOf(spec).map((each) => each.securityContext?.seLinuxOptions)].filter((each) => each !== undefined);
    const types = sorted(all.map((each) => each.type ?? '').filter((each) => !allowed.includes(each)));
    const wrong = [
      ...(types.length ? [named('type', types)] : []),
      ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
    ];
    return { reason: 'seLinuxOptions', detail: `${who.join(' and ')} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}` };
  };

const seccompAnnotations: CheckPod = ({ metadata, spec }) => {
  const isFine = (value: string): boolean => value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
  const keys = [SECCOMP_POD, ...containersOf(spec).map(({ name }) => `${SECCOMP_CONTAINER}${name}`)];
  const bad = sorted(
    keys.flatMap((key) => {
      const value = metadata.annotations?.[key];
      return value === undefined || isFine(value) ? [] : [`${key}=${JSON.stringify(value)}`];
    }),
  );
  return bad.length ? { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}` } : undefined;
};

/** Whether a profile is set to a type that is not allowed. */
export const isBadSeccomp = (type: string | undefined): boolean => type !== undefined && type !== 'Localhost' && type !== 'RuntimeDefault';
export const seccompFields: CheckPod = ({ spec }) => {
  const ofPod = spec.securityContext?.seccompProfile?.type;
  const bad = containersWhere(spec, (context) => isBadSeccomp(context?.seccompProfile?.type));
  const who = setters(isBadSeccomp(ofPod), bad);
  if (!who.length) return undefined;
  const types = [ofPod, ...containersOf(spec).map((each) => each.securityContext?.seccompProfile?.type)];
  const values = sorted(types.flatMap((each) => (each !== undefined && isBadSeccomp(each) ? [each] : [])));
  return { reason: 'seccompProfile', detail: `${who.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(values)}` };
};

const SYSCTLS_0 = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const SYSCTLS_27 = [...SYSCTLS_0, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_29 = [...SYSCTLS_27, 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes'];
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];
const sysctls =
  (allowed: readonly string[]): CheckPod =>
  ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name));
    return bad.length ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined;
  };

const windowsHostProcess: CheckPod = ({ spec }) => {
  const bad = containersWhere(spec, (context) => context?.windowsOptions?.hostProcess === true);
  const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, bad);
  return who.length ? { reason: 'hostProcess', detail: `${who.join(' and ')} must not set securityContext.windowsOptions.hostProcess=true` } : undefined;
};

/** By id: the order in which they report. */
export const BASELINE: readonly Check[] = (
  [
    { id: 'appArmorProfile', versions: [[0, appArmor]] },
    { id: 'capabilities_baseline', versions: [[0, capabilities]] },
    { id: 'hostNamespaces', versions: [[0, hostNamespaces]] },
    { id: 'hostPathVolumes', versions: [[0, hostPathVolumes]] },
    { id: 'hostPorts', versions: [[0, hostPorts]] },
    { id: 'hostProbesAndHostLifecycle', versions: [[34, hostProbes]] },
    { id: 'privileged', versions: [[0, privileged]] },
    {
      id: 'procMount',
      versions: [
        [0, procMount],
        [35, unlessOwnUsers(procMount)],
      ],
    },
    {
      id: 'seLinuxOptions',
      versions: [
        [0, seLinux(SELINUX_TYPES)],
        [31, seLinux([...SELINUX_TYPES, 'container_engine_t'])],
      ],
    },
    {
      id: 'seccompProfile_baseline',
      versions: [
        [0, seccompAnnotations],
        [19, seccompFields],
      ],
    },
    {
      id: 'sysctls',
      versions: [
        [0, sysctls(SYSCTLS_0)],
        [27, sysctls(SYSCTLS_27)],
        [29, sysctls(SYSCTLS_29)],
        [32, sysctls(SYSCTLS_32)],
      ],
    },
    { id: 'windowsHostProcess', versions: [[0, windowsHostProcess]] },
  ] satisfies readonly Omit<Check, 'level'>[]
).map((check) => ({ ...check, level: 'baseline' }));
