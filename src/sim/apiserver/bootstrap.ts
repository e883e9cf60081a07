// What a fresh cluster holds before anyone asks: the objects of the control plane and what kubeadm adds.
import { createHmac } from 'node:crypto';
import { isJsonObject } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import { formatTime } from '../../kube/machinery/time.ts';
import controlPlane from '../resources/facts/bootstrap-control-plane.json' with { type: 'json' };
import kubeadm from '../resources/facts/bootstrap-kubeadm.json' with { type: 'json' };
import type { ServerContext } from './context.ts';
import { createAsServer } from './operations/privileged.ts';

/** Made by controllers as soon as they run. */
const BY_CONTROLLERS = (object: KubeObject): boolean => {
  const { kind, metadata } = object;
  if (kind === 'ConfigMap' && metadata.name === 'kube-root-ca.crt') return true;
  if (kind === 'ServiceAccount' && metadata.name === 'default') return true;
  return (kind === 'Endpoints' || kind === 'EndpointSlice') && metadata.name !== 'kubernetes';
};

/** The server itself says how these are. */
const KEEPS_STATUS: ReadonlySet<string> = new Set(['Namespace', 'ServiceCIDR']);
function dated(status: object, now: string): object {
  const { conditions } = status as { readonly conditions?: readonly object[] };
  return conditions ? { ...status, conditions: conditions.map((each) => ({ lastTransitionTime: now, ...each })) } : status;
}

export interface BootstrapOptions {
  /** PEM of the cluster's authority. */
  readonly ca: string;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** Of the ServiceCIDR `kubernetes`. Default 10.96.0.0/12. */
  readonly serviceCidrs?: readonly string[];
}

/** Writes the objects that are not there yet. Resolves when they are on disk. */
export async function bootstrap(context: ServerContext, { ca, server, serviceCidrs }: BootstrapOptions): Promise<void> {
  const { resources, random } = context;
  const bootstrapToken = { id: random.suffix(6), secret: random.suffix(16) };
  const now = formatTime(context.clock.now());
  const pending: Promise<unknown>[] = [];
  for (const source of [...(controlPlane as unknown as KubeObject[]), ...(kubeadm as unknown as KubeObject[])]) {
    if (BY_CONTROLLERS(source)) continue;
    const resource = resources.findKind(source.apiVersion, source.kind);
    if (!resource) continue;
    const { status, ...body } = fill(source, { ca, server, bootstrapToken }) as KubeObject & { status?: unknown };
    if (source.kind === 'ServiceCIDR' && serviceCidrs) Object.assign(body, { spec: { cidrs: serviceCidrs } });
    pending.push(
      createAsServer(context, resource, (isJsonObject(status) && KEEPS_STATUS.has(source.kind) ? { ...body, status: dated(status, now) } : body) as KubeObject),
    );
  }
  await Promise.all(pending);
}

interface Values extends BootstrapOptions {
  readonly bootstrapToken: { readonly id: string; readonly secret: string };
}

/** Puts this cluster's certificate and address where the recorded objects have placeholders. */
function fill(object: KubeObject, { ca, server, bootstrapToken }: Values): KubeObject {
  const text = JSON.stringify(object);
  if (!/<(pem|pem base64|server|jws)>/.test(text)) return object;
  const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);
  const filled = text
    .replaceAll('<pem base64>', Buffer.from(ca).toString('base64'))
    .replaceAll('<pem>', inJson(ca.trim() + '\n'))
    .replaceAll('https://<server>', server)
    .replaceAll('<server>', server.replace('https://', ''));
  if (!filled.includes('<jws>')) return JSON.parse(filled) as KubeObject;
  const parsed = JSON.parse(filled) as KubeObject & { data: Record<string, string> };
  const data: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed.data)) {
    if (value !== '<jws>') {
      data[key] = value;
      continue;
    }
    // The detached signature by which a joining node trusts cluster-info.
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: bootstrapToken.id })).toString('base64url');
    const payload = Buffer.from(parsed.data['kubeconfig'] ?? '').toString('base64url');
    data[`jws-kubeconfig-${bootstrapToken.id}`] =
      `${header}..${createHmac('sha256', bootstrapToken.secret).update(`${header}.${payload}`).digest('base64url')}`;
  }
  return { ...parsed, data } as KubeObject;
}
