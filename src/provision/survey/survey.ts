// What a host tells of itself, in one command that changes nothing: `key=value` lines, a key once for each thing there is several of.
import { STATE_FOLDER } from '../host-state.ts';
import { LEFTOVERS } from '../leftovers.ts';

/** Raw answers by key. A key that is missing could not be told. */
export type Survey = ReadonlyMap<string, readonly string[]>;

export const answer = (survey: Survey, key: string): string | undefined => survey.get(key)?.[0];
export const answers = (survey: Survey, key: string): readonly string[] => survey.get(key) ?? [];
/** Whether the host has a program. */
export const has = (survey: Survey, program: string): boolean => answers(survey, 'has').includes(program);

/** Of packages that make swap without a unit for it: dphys-swapfile, zram-tools, zram-config, zram-swap, swapspace. */
export const SWAP_SERVICES = ['dphys-swapfile', 'zramswap', 'zram-config', 'zram-swap', 'swapspace'].map((name) => `${name}.service`);

/** Run as root. Each line stands alone: what one host lacks must not silence the rest. */
export const SURVEY_SCRIPT = `say() { printf '%s=%s\\n' "$1" "$2"; }
. /etc/os-release 2>/dev/null && { say os-id "$ID"; say os-like "$ID_LIKE"; say os-version "$VERSION_ID"; say os-name "$PRETTY_NAME"; say os-codename "\${UBUNTU_CODENAME:-$VERSION_CODENAME}"; }
say kernel "$(uname -s)"; say release "$(uname -r)"; say machine "$(uname -m)"
say hostname "$(hostname)"
say cpus "$(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
say memory-kib "$(awk '/^MemTotal:/ {print $2}' /proc/meminfo)"
for dir in /var /var/lib /; do [ -d "$dir" ] && say disk-free-kib "$dir $(df -Pk "$dir" | awk 'NR == 2 {print $4}')"; done
for dir in /var/lib/containerd /var/lib/containers /var/lib/kubelet /var/lib/etcd; do
  [ -d "$dir" ] && [ "$(df -P "$dir" | awk 'NR == 2 {print $6}')" != "$(df -P /var/lib | awk 'NR == 2 {print $6}')" ] && say own-disk-free-kib "$dir $(df -Pk "$dir" | awk 'NR == 2 {print $4}')"
done
say cgroup "$(stat -fc %T /sys/fs/cgroup 2>/dev/null)"
[ -e /proc/sys/net/ipv4/ip_forward ] && { [ -w /proc/sys/net/ipv4/ip_forward ] && say sysctl writable || say sysctl read-only; }
say user "$(id -u)"
command -v getenforce >/dev/null && say selinux "$(getenforce)"
say container "$(systemd-detect-virt --container 2>/dev/null)"
say systemd "$(systemctl is-system-running 2>/dev/null)"
tail -n +2 /proc/swaps 2>/dev/null | while read -r swap rest; do say swap "$swap"; done
for service in ${SWAP_SERVICES.join(' ')}; do systemctl is-enabled -q "$service" 2>/dev/null && say swap-service "$service"; done
tail -n +2 /proc/swaps 2>/dev/null | while read -r swap rest; do
  unit=$(systemd-escape --path --suffix=swap "$(printf '%b' "$swap")" 2>/dev/null) || continue
  [ -n "$(systemctl show -p FragmentPath -p Following --value "$unit" 2>/dev/null)" ] || say swap-without-unit "$swap"
done
for module in overlay br_netfilter; do modprobe -n "$module" 2>/dev/null && say module "$module"; done
grep -qw overlay /proc/filesystems && say module overlay
[ -d /proc/sys/net/bridge ] && say module br_netfilter
[ -r /sys/class/dmi/id/product_uuid ] && say product-uuid "$(cat /sys/class/dmi/id/product_uuid)"
[ -r /etc/machine-id ] && say machine-id "$(cat /etc/machine-id)"
ip -o link 2>/dev/null | awk '{for (i = 1; i < NF; i++) if ($i == "link/ether") {sub(/(@.*)?:$/, "", $2); print $2, $(i + 1)}}' | while read -r link mac; do say mac "$link $mac"; done
ip -o addr 2>/dev/null | awk '$3 ~ /^inet/ {print $2, $4}' | while read -r link address; do say address "$link $address"; done
ip -o route 2>/dev/null | awk '$1 != "default" {for (i = 2; i < NF; i++) if ($i == "dev") print $1, $(i + 1)}' | sort -u | while read -r route; do say route "$route"; done
ip -6 -o route 2>/dev/null | awk '$1 != "default" && $1 !~ /^fe80/ {for (i = 2; i < NF; i++) if ($i == "dev") print $1, $(i + 1)}' | sort -u | while read -r route; do say route "$route"; done
ss -Hltnp 2>/dev/null | awk '{n = $4; sub(/.*:/, "", n); p = ""; if (match($0, /\\(\\("[^"]+/)) p = substr($0, RSTART + 3, RLENGTH - 3); print n, p}' | sort -u | while read -r listener; do say listens "$listener"; done
for unit in firewalld ufw nftables; do systemctl is-active -q "$unit" 2>/dev/null && say firewall "$unit"; done
command -v ufw >/dev/null && ufw status 2>/dev/null | grep -q '^Status: active' && say firewall-active ufw
for unit in containerd crio docker kubelet haproxy keepalived; do state=$(systemctl is-active "$unit" 2>/dev/null); [ "$state" = active ] && say active "$unit"; done
for package in docker-ce docker.io moby-engine containerd containerd.io runc podman; do { dpkg-query -W -f '\${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^.i' || rpm -q "$package" >/dev/null 2>&1; } && say package "$package"; done
${LEFTOVERS}
leftovers | while read -r left; do say leftover "$left"; done
[ -f ${STATE_FOLDER}/cluster ] && say owner "$(cat ${STATE_FOLDER}/cluster)"
for socket in /run/containerd/containerd.sock /var/run/crio/crio.sock; do
  [ -S "$socket" ] || continue
  if command -v crictl >/dev/null; then timeout 10 crictl --runtime-endpoint "unix://$socket" info >/dev/null 2>&1 && say cri "$socket ready" || say cri "$socket failing"
  elif [ "$socket" = /run/containerd/containerd.sock ] && command -v ctr >/dev/null; then timeout 10 ctr version >/dev/null 2>&1 && say cri "$socket answers" || say cri "$socket failing"
  else say cri "$socket unknown"; fi
done
command -v apt-get >/dev/null && apt-get indextargets --no-release-info --format 'repository=$(REPO_URI) $(RELEASE) $(SOURCESENTRY)' 'Created-By: Packages' 2>/dev/null | sort -u
for program in apt-get dnf ss bash timeout flock curl tar gzip iptables ip sysctl modprobe systemctl openssl perl python3; do command -v "$program" >/dev/null && say has "$program"; done
say end end`;

export function parseSurvey(output: string): Survey {
  const survey = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const [, key = '', value = ''] = /^([a-z-]+)=(.*)$/.exec(line) ?? [];
    if (key && value) survey.set(key, [...(survey.get(key) ?? []), value]);
  }
  return survey;
}

/** The interface and network of one of the host's addresses. */
export function interfaceOf(survey: Survey, address: string): { readonly interface: string; readonly prefix: number } | undefined {
  for (const line of answers(survey, 'address')) {
    const [link = '', network = ''] = line.split(' ');
    const [ip, prefix] = network.split('/');
    if (ip === address) return { interface: link, prefix: Number(prefix) };
  }
  return undefined;
}
