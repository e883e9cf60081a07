// Opens the API behind a kubeconfig; the HTTP client is loaded only when somebody connects.
import type { ApiClient } from '../kube/client/api-client.ts';
import { loadKubeconfig } from '../kube/kubeconfig/load.ts';
import { type Connection, resolveContext } from '../kube/kubeconfig/resolve.ts';
import { clusterOfContext } from './cluster-record.ts';
import { sayingWhere, type Whereabouts } from './reachable.ts';

/** Calls of the client reject with SERVER_UNREACHABLE when nobody answers. */
export async function connect(connection: Connection, { next }: Pick<Whereabouts, 'next'> = {}): Promise<ApiClient> {
  const { HttpClient } = await import('../kube/client/http-client.ts');
  const { server, context } = connection;
  return sayingWhere(new HttpClient({ ...connection, userAgent: 'ckadet' }), {
    server,
    context,
    ...(next ? { cluster: undefined, next } : { cluster: clusterOfContext(context) }),
  });
}

/** By the file's current context. */
export async function connectTo(kubeconfig: string): Promise<ApiClient> {
  return connect(await resolveContext(await loadKubeconfig({ env: {}, file: kubeconfig })));
}
