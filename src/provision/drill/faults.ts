// What a drill breaks: each fault is a command on one host, and how it is mended. Pure.

export interface Fault {
  readonly name: string;
  readonly says: string;
  /** What one learns from it. */
  readonly explains: string;
  readonly breaks: string;
  /** Left out: it mends itself. */
  readonly mends?: string;
  /** Where it happens: the host that holds the virtual address, or that of etcd's leader. */
  readonly where: 'holder' | 'etcd-leader';
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'haproxy',
    says: 'HAProxy stops on the holder of the virtual address',
    explains: 'keepalived notices that HAProxy does not answer, its priority falls below the others’, and the address moves.',
    breaks: 'systemctl stop haproxy',
    mends: 'systemctl start haproxy',
    where: 'holder',
  },
  {
    name: 'keepalived',
    says: 'keepalived stops on the holder of the virtual address',
    explains: 'A keepalived that ends in order gives the address away with its last word: nobody has to wait.',
    breaks: 'systemctl stop keepalived',
    mends: 'systemctl start keepalived',
    where: 'holder',
  },
  {
    name: 'apiserver',
    says: 'the API server of the holder is killed',
    explains: 'HAProxy is refused and tries another API server at once; the kubelet starts the static pod again. The address stays.',
    breaks: 'kill -KILL $(pgrep -x kube-apiserver)',
    where: 'holder',
  },
  {
    name: 'etcd',
    says: 'the leader of etcd is killed',
    explains: 'The other members elect a leader within about a second; until then writes wait. A minority of the members may be away.',
    breaks: 'kill -KILL $(pgrep -x etcd)',
    where: 'etcd-leader',
  },
  {
    name: 'host',
    says: 'the host that holds the virtual address restarts without warning',
    explains:
      'No goodbye is said: the others wait for three adverts, then take the address; HAProxy must notice that one API server is silent; and an etcd member is gone too.',
    // By the kernel, at once, nothing stopped and nothing written: the nearest to a pulled plug that comes back by itself.
    breaks: 'nohup sh -c "sleep 0.2; systemctl reboot --force --force" >/dev/null 2>&1 &',
    where: 'holder',
  },
];
