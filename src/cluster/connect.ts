// Opens the API behind a kubeconfig; the HTTP client is loaded only when somebody connects.
import type { ApiClient } from '../kube/client/api-client.ts';
import { loadKubeconfig } from '../kube/kubeconfig/load.ts';
import { type Connection, resolveContext } from '../kube/kubeconfig/resolve.ts';

export async function connect(connection: Connection): Promise<ApiClient> {
  const { HttpClient } = await import('../kube/client/http-client.ts');
  return new HttpClient({ ...connection, userAgent: 'ckadet' });
}

/** By the file's current context. */
export async function connectTo(kubeconfig: string): Promise<ApiClient> {
  return connect(await resolveContext(await loadKubeconfig({ env: {}, file: kubeconfig })));
}
