// What a host is like, in lines that can be compared: files with their hashes, units, links, rules, mounts, sysctls.

/** What an owner may have on a host before: each is in the way of something that is written, and has to be there again in the end. */
export const SEED_SCRIPT = `home=$(getent passwd "\${SUDO_USER:-root}" | cut -d: -f6)
install -d -m 700 -o "\${SUDO_USER:-root}" "$home/.kube"
echo 'another cluster' > "$home/.kube/config"; chmod 640 "$home/.kube/config"
mkdir -p /etc/haproxy /etc/keepalived /etc/sysctl.d /etc/modules-load.d /etc/containerd
echo '# their own balancer' > /etc/haproxy/haproxy.cfg; chmod 600 /etc/haproxy/haproxy.cfg
echo '# their own address' > /etc/keepalived/keepalived.conf
echo '# their own sysctls' > /etc/sysctl.d/90-k8s.conf
echo '# their own modules' > /etc/modules-load.d/k8s.conf
echo 'runtime-endpoint: unix:///somewhere/else.sock' > /etc/crictl.yaml
printf '#!/bin/sh\\necho their own kubectl\\n' > /usr/local/bin/kubectl; chmod 755 /usr/local/bin/kubectl
grep -q '/their/swap' /etc/fstab || echo '/their/swap none swap sw 0 0' >> /etc/fstab`;
const RULE = 'INPUT -p tcp --dport 9999 -j ACCEPT';
/** The same of a kind that does not outlive a reboot. */
export const SEED_RULE_SCRIPT = `iptables -C ${RULE} 2>/dev/null || iptables -A ${RULE}`;
/** For those who reboot. */
export const NO_RULE_SCRIPT = `iptables -D ${RULE} 2>/dev/null || true`;

/** What any host changes by itself, and the traces of its package manager. */
const CHANGES_BY_ITSELF = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/tmp',
  '/var/tmp',
  '/var/log',
  '/var/cache',
  '/var/lib/dpkg',
  '/var/lib/apt',
  '/var/lib/ucf',
  '/var/lib/systemd',
  '/var/lib/private',
  '/home/*/.bash_history',
];

export const STATE_SCRIPT = `find / \\( ${CHANGES_BY_ITSELF.map((path) => `-path '${path}'`).join(' -o ')} \\) -prune -o \\( -type f -o -type l -o -type d \\) -printf '%y %m %u:%g %p %l\\n' 2>/dev/null | sort -k4 | sed 's/^/file /'
find /etc /opt /usr/local /root /home -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum 2>/dev/null | sed 's/^/hash /' | grep -vE ' /etc/(passwd|group|shadow|gshadow)-$'
systemctl list-unit-files --no-legend | awk '{print "unit", $1, $2}' | sort
systemctl list-units --no-legend --type=service --state=running | awk '{print "running", $1}' | sort
ip -o link | awk -F': ' '{print "link", $2}' | cut -d@ -f1
ip -o addr | awk '{print "address", $2, $4}'
iptables-save 2>/dev/null | grep '^-A' | grep -v DOCKER_ | sed 's/^/rule /'
awk '$2 !~ "^/(proc|sys|dev)" {print "mount", $2}' /proc/mounts | sort
sysctl net.ipv4.ip_forward 2>/dev/null | sed 's/^/sysctl /'
tail -n +2 /proc/swaps | awk '{print "swap", $1}'
dpkg-query -W -f 'package \${Package} \${db:Status-Abbrev}\\n' | grep ' ii' | sort`;
