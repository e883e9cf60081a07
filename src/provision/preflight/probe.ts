// What a host tries out before a run: whether it reaches the others and where packages come from, whether somebody has the virtual address, whether another VRRP group has our number.
// Nothing is changed. Like the survey it prints `key=value` lines and runs as root.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { isIP } from '../cluster-file/addresses.ts';
import { READ_OWNER } from '../host-state.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';
import type { Place } from '../survey/distribution.ts';
import { connectionsFrom } from './needed-ports.ts';
import { sourcesProbe } from './sources-probe.ts';

/** Longer than two adverts at the usual second between them. */
const LISTEN_SECONDS = 3;

// A port on which nobody listens yet answers "refused": that the answer came is all that is asked. What a firewall drops is never answered.
const REACH = `say() { printf '%s=%s\\n' "$1" "$2"; }
reach() {
  if command -v bash >/dev/null && command -v timeout >/dev/null; then
    said=$(LC_ALL=C timeout "$3" bash -c "exec 3<>/dev/tcp/$1/$2" 2>&1); code=$?
    case "$code $said" in
      0*) echo open ;; 124*) echo silent ;; *refused*) echo refused ;; *) echo unreachable ;;
    esac
  else echo unknown; fi
}`;

const VRRP_PERL = `use Socket; socket(S, PF_INET, SOCK_RAW, 112) or exit 3; setsockopt(S, 0, 35, inet_aton("224.0.0.18") . inet_aton($ARGV[0])) or exit 3;
$SIG{ALRM} = sub { exit 0 }; alarm $ARGV[1];
while (defined(recv(S, $b, 1500, 0))) { $h = (ord($b) & 15) * 4; printf "%s %d %d\\n", inet_ntoa(substr($b, 12, 4)), ord(substr($b, $h + 1)), ord(substr($b, $h + 2)) }`;
const VRRP_PYTHON = `import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
s.setsockopt(0, 35, socket.inet_aton("224.0.0.18") + socket.inet_aton(sys.argv[1]))
end = time.time() + float(sys.argv[2])
while time.time() < end:
    s.settimeout(max(0.01, end - time.time()))
    try: b = s.recv(1500)
    except socket.timeout: break
    h = (b[0] & 15) * 4
    print(socket.inet_ntoa(b[12:16]), b[h + 1], b[h + 2])`;

/** `place` is what the host said that it is. */
export function probeScript(host: HostSpec, spec: ClusterSpec, place: Place | undefined): string {
  const reached = connectionsFrom(host, spec).map(({ to, port }) => `{ say reach "${to.nodeIP} ${port} $(reach ${shellQuoted(to.nodeIP)} ${port} 3)"; } &`);
  const { virtual } = spec;
  return [
    REACH,
    ...endpointProbe(spec),
    ...(virtual && host.nodeIP === spec.first.nodeIP ? virtualProbes(host, spec, virtual.address) : []),
    ...reached,
    routeProbe(spec),
    ...sourcesProbe(host, spec, place),
    'wait',
    'say end end',
  ].join('\n');
}

/** Where a name leads, as this host sees it; a blank when nowhere. */
function endpointProbe({ endpoint: { address } }: ClusterSpec): readonly string[] {
  if (isIP(address)) return [];
  const found = `$(getent ahosts ${shellQuoted(address)} | awk '{print $1}' | sort -u | tr '\\n' ' ')`;
  return [`if command -v getent >/dev/null; then say endpoint "${found} "; fi`];
}

/** Packets to a Service are only rewritten when there is a way for them to begin with. */
function routeProbe({ file }: ClusterSpec): string {
  const [address = ''] = file.networking.serviceCIDR.split('/');
  return `if command -v ip >/dev/null; then if ip route get ${shellQuoted(address)} >/dev/null 2>&1; then say service-route yes; else say service-route no; fi; fi`;
}

/** Our own cluster holds the address and sends the adverts: nothing is listened for then. */
function virtualProbes(host: HostSpec, spec: ClusterSpec, address: string): readonly string[] {
  const vip = shellQuoted(address);
  return [
    `if [ "$(${READ_OWNER})" != ${shellQuoted(spec.name)} ]; then`,
    // The neighbour table tells who has an address, even one that answers nothing but ARP; what it remembers of earlier is forgotten first.
    `{ ip neigh flush to ${vip} 2>/dev/null; state=$(reach ${vip} ${spec.endpoint.port} 2); mac=$(ip neigh show ${vip} 2>/dev/null | sed -n 's/.* lladdr \\([^ ]*\\).*/\\1/p' | head -n 1); say virtual "$state $mac"; } &`,
    ...(isIP(address) === 4 && isIP(host.nodeIP) === 4
      ? [
          `{ if command -v perl >/dev/null; then heard=$(perl -e ${shellQuoted(VRRP_PERL)} ${host.nodeIP} ${LISTEN_SECONDS} 2>/dev/null); code=$?
elif command -v python3 >/dev/null; then heard=$(python3 -c ${shellQuoted(VRRP_PYTHON)} ${host.nodeIP} ${LISTEN_SECONDS} 2>/dev/null); code=$?
else code=127; fi
[ $code = 0 ] && say listened yes
printf '%s\\n' "$heard" | sort -u | while read -r from group rest; do [ -n "$from" ] && say vrrp "$from $group"; done; } &`,
        ]
      : []),
    'fi',
  ];
}

/** Printed by each host after its connection stands, so that the round trip is short. */
export const CLOCK_SCRIPT = 'date +%s.%N';
