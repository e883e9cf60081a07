// What each host of a cluster is asked to tell how it is, as `key=value` lines; and what was told, as values. Pure.
import { shellQuoted } from '../../platform/shell-quote.ts';
import { type ClusterSpec, hostPort, type HostSpec } from '../cluster-file/cluster-spec.ts';
import { balances, hasEtcd, runtimeUnit } from '../cluster-file/duties.ts';
import { IS_LEAVING, READ_OWNER } from '../host-state.ts';
import { KUBECTL } from '../phases/kubectl-on-host.ts';
import { isMember } from '../phases/membership.ts';
import { answer, answers, type Survey } from '../survey/survey.ts';

const API_PORT = 6443;
const ASK = `${KUBECTL} --request-timeout=5s`;

/** Units that run on a host. */
export const unitsOf = (host: HostSpec, spec: ClusterSpec): readonly string[] => [
  'kubelet',
  runtimeUnit(spec),
  ...(balances(host, spec) ? ['haproxy', 'keepalived'] : []),
];

/** Run as root. Each line stands alone: what does not answer must not silence the rest. */
export function statusScript(host: HostSpec, spec: ClusterSpec): string {
  const isControlPlane = spec.controlPlanes.includes(host);
  const own = `https://${hostPort(host.nodeIP, API_PORT)}`;
  const endpoint = `https://${hostPort(spec.endpoint.address, spec.endpoint.port)}`;
  const pki = '/etc/kubernetes/pki/etcd';
  const jsonpath = '{range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{" "}{.status.nodeInfo.kubeletVersion}{"\\n"}{end}';
  return [
    `say() { printf '%s=%s\\n' "$1" "$2"; }`,
    `say owner "$(${READ_OWNER})"`,
    `if ( ${isMember(host, spec)} ); then say member yes; fi`,
    `if ( ${IS_LEAVING} ); then say leaving yes; fi`,
    `for unit in ${unitsOf(host, spec).join(' ')}; do say unit "$unit $(systemctl is-active "$unit" 2>/dev/null)"; done`,
    ...(balances(host, spec) ? [`ip -o addr | grep -qF ${shellQuoted(` ${spec.endpoint.address}/`)} && say holds yes`] : []),
    ...(hasEtcd(host, spec)
      ? [
          `if command -v curl >/dev/null; then say etcd "$(curl -s --max-time 5 --cacert ${pki}/ca.crt --cert ${pki}/healthcheck-client.crt --key ${pki}/healthcheck-client.key https://127.0.0.1:2379/health | grep -qE '"health" *: *"true"' && echo healthy || echo unhealthy)"; else say etcd unknown; fi`,
        ]
      : []),
    ...(isControlPlane
      ? [
          'mkdir -p /run/ckadet',
          `{ said=$(${ASK} --server ${own} get --raw /readyz 2>&1); say api "$(printf %s "$said" | tail -n 1)"; } &`,
          `{ said=$(${ASK} --server ${endpoint} get --raw /readyz 2>&1); say endpoint "$(printf %s "$said" | tail -n 1)"; } &`,
          `{ ${ASK} --server ${own} get nodes -o jsonpath=${shellQuoted(jsonpath)} 2>/dev/null | while read -r node; do say node "$node"; done; } &`,
          'wait',
        ]
      : []),
    'say end end',
  ].join('\n');
}

export interface NodeStatus {
  readonly name: string;
  readonly isReady: boolean;
  /** Of its kubelet. */
  readonly version: string;
}

/** What one host told. A field is undefined where it has no such part, or could not tell. */
export interface HostAnswers {
  /** The cluster that it belongs to. */
  readonly owner: string | undefined;
  /** It has become a part of that cluster: it joined, or made it. */
  readonly isMember: boolean;
  /** A reset was begun there and not ended. */
  readonly isLeaving: boolean;
  /** Unit → what systemd calls its state. */
  readonly units: Readonly<Record<string, string>>;
  readonly holdsAddress: boolean;
  /** `ok`, or what its API server, and the endpoint as this host reaches it, said instead. */
  readonly api: string | undefined;
  readonly endpoint: string | undefined;
  readonly etcd: 'healthy' | 'unhealthy' | undefined;
  readonly nodes: readonly NodeStatus[];
}

export function statusOf(told: Survey): HostAnswers {
  const etcd = answer(told, 'etcd');
  return {
    owner: answer(told, 'owner'),
    isMember: answer(told, 'member') === 'yes',
    isLeaving: answer(told, 'leaving') === 'yes',
    units: Object.fromEntries(answers(told, 'unit').map((line) => line.split(' ') as [string, string])),
    holdsAddress: answer(told, 'holds') === 'yes',
    api: answer(told, 'api'),
    endpoint: answer(told, 'endpoint'),
    etcd: etcd === 'healthy' || etcd === 'unhealthy' ? etcd : undefined,
    nodes: answers(told, 'node').map((line) => {
      const [name = '', ready = '', version = ''] = line.split(' ');
      return { name, isReady: ready === 'True', version };
    }),
  };
}
