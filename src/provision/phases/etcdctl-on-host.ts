// etcdctl as root of a host with a member of etcd: the host's own, or where none was brought, that of the member's container.
const PKI = '/etc/kubernetes/pki/etcd';

/** By which a member of etcd knows whoever asks. */
export const ETCD_CERTIFICATES = `--cacert=${PKI}/ca.crt --cert=${PKI}/server.crt --key=${PKI}/server.key`;

/** `command` is what follows `etcdctl` and its certificates. */
export const etcdctl = (command: string): string => `etcd() {
  if command -v etcdctl >/dev/null; then etcdctl "$@"; return; fi
  member=$(crictl ps -q --state Running --name '^etcd$' | head -n 1)
  [ -n "$member" ] || { echo 'etcd does not run here' >&2; return 1; }
  crictl exec "$member" etcdctl "$@"
}
etcd --endpoints=https://127.0.0.1:2379 ${ETCD_CERTIFICATES} ${command}`;
