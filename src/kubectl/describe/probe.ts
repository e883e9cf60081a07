// A probe on one line. Models DescribeProbe of kubernetes/staging/src/k8s.io/kubectl/pkg/describe/describe.go
import type { HTTPGetAction, Probe } from '../../kube/api/core-v1.ts';

export function probeText(probe: Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0, successThreshold = 0, failureThreshold = 0, exec, httpGet, tcpSocket, grpc } = probe;
  const numbers = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  if (exec) return `exec [${(exec.command ?? []).join(' ')}] ${numbers}`;
  if (httpGet) return `http-get ${urlOf(httpGet)} ${numbers}`;
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${numbers}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${numbers}`;
  return `unknown ${numbers}`;
}

function urlOf({ scheme, host = '', port, path = '' }: HTTPGetAction): string {
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const escaped = escapePath(path);
  return `${scheme ? `${scheme.toLowerCase()}:` : ''}//${place}${escaped && !escaped.startsWith('/') ? '/' : ''}${escaped}`;
}

/** As Go writes a path into a URL. */
const escapePath = (path: string): string =>
  encodeURIComponent(path)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(24|26|2B|2C|2F|3A|3B|3D|40)/g, (code) => decodeURIComponent(code));
