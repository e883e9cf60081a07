// Credentials for curl where a provider of this machine made the cluster: by its API, through the kubeconfig that the provider gives.
import { parseAllDocuments } from 'yaml';
import { connect } from '../../cluster/connect.ts';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { TokenRequest } from '../../kube/api/authentication-v1.ts';
import { clusterRoleBindings, serviceAccounts } from '../../kube/api/resources.ts';
import type { ApiClient } from '../../kube/client/api-client.ts';
import { loadKubeconfig } from '../../kube/kubeconfig/load.ts';
import { resolveContext } from '../../kube/kubeconfig/resolve.ts';
import type { JsonValue } from '../../kube/machinery/json.ts';
import type { KubeObject, ResourceRef } from '../../kube/machinery/object.ts';
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { openJournal } from '../gate/journal.ts';
import { Redactor } from '../gate/redaction.ts';
import type { LoadedLocal } from '../load.ts';
import { journalPath } from '../site.ts';
import { render } from '../templates.ts';
import { HERE } from '../providers/local/local-gate.ts';
import { type Credentials, keepCredentials, READER, READER_MANIFEST, readerNote, TOKEN_MINUTES } from './credentials.ts';
import { localKubeconfig, type LocalWork } from './local.ts';

/** The kinds of the manifest. */
const RESOURCES: readonly ResourceRef[] = [serviceAccounts, clusterRoleBindings];
/** What `kubectl create token` asks for. */
const tokenRequests: ResourceRef<TokenRequest> = { group: '', version: 'v1', resource: 'serviceaccounts', kind: 'TokenRequest', namespaced: true };

export async function localCredentials(local: LoadedLocal, work: LocalWork): Promise<Credentials> {
  const { cluster } = local;
  const kubeconfig = await localKubeconfig(local, work);
  const connection = await resolveContext(await loadKubeconfig({ env: {}, file: kubeconfig }), cluster.context);
  if (connection.ca === undefined)
    throw new AppError({
      code: 'NO_AUTHORITY',
      what: `the kubeconfig of ${cluster.name} names no authority to trust`,
      why: `${kubeconfig}: the cluster of the context ${cluster.context} has no certificate-authority`,
      next: ['see how the cluster is: ckadet cluster status'],
      exitCode: EXIT.invalidFile,
    });
  const next = ['see how the cluster is: ckadet cluster status', 'start it where it is stopped: ckadet cluster create'];
  const client = await connect(connection, { next });
  const redactor = new Redactor();
  const journal = await openJournal(journalPath(work.home, cluster.name), 'creds', work.clock, redactor);
  const note = readerNote(HERE);
  await journal.write({ ...note, outcome: 'begun', command: `apply templates/${READER_MANIFEST} by the API` });
  await journal.write({ ...note, outcome: (await applyReader(client)) ? 'changed' : 'unchanged' });
  const expiresAt = work.clock.now() + TOKEN_MINUTES * 60_000;
  const token = await tokenOf(client);
  redactor.add(token);
  return keepCredentials({ home: work.home, cluster: cluster.name, server: connection.server, ca: connection.ca, token, expiresAt });
}

/** Whether anything was changed. */
async function applyReader(client: ApiClient): Promise<boolean> {
  let isChanged = false;
  for (const document of parseAllDocuments(render(READER_MANIFEST))) {
    const object = document.toJS() as KubeObject;
    const { name = '', namespace } = object.metadata;
    const scope = namespace === undefined ? {} : { namespace };
    const resource = RESOURCES.find(({ kind }) => kind === object.kind);
    if (!resource) throw new Error(`${READER_MANIFEST} has a ${object.kind}, of which nothing is known here`);
    const before = await client.get(resource, name, scope).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    const after = await client.patch(resource, name, 'apply', object as unknown as JsonValue, { ...scope, fieldManager: 'ckadet', force: true });
    isChanged ||= before?.metadata.resourceVersion !== after.metadata.resourceVersion;
  }
  return isChanged;
}

async function tokenOf(client: ApiClient): Promise<string> {
  const { name, namespace } = READER;
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: { audiences: [], expirationSeconds: TOKEN_MINUTES * 60 },
  };
  const { status } = await client.create(tokenRequests, request, { namespace, name, subresource: 'token' });
  return status.token;
}
