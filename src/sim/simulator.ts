// Wires one simulated cluster: storage, API server, controllers, scheduler and kubelets, each with its own identity.
import fs from 'node:fs';
import path from 'node:path';
import { nodes as nodesRef } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import type { Component, ComponentContext } from '../kube/client/component.ts';
import { InformerFactory } from '../kube/client/informer.ts';
import { renderKubeconfig } from '../kube/kubeconfig/render.ts';
import { conditionOf } from '../kube/machinery/pod-conditions.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Clock } from '../platform/clock.ts';
import { writeFileAtomic } from '../platform/files.ts';
import type { Logger } from '../platform/logger.ts';
import { ApiServer } from './apiserver/api-server.ts';
import { parseArguments } from './apiserver/arguments.ts';
import { bootstrap } from './apiserver/bootstrap.ts';
import { InProcessClient } from './apiserver/client.ts';
import { loadDescriptions } from './apiserver/openapi/descriptions.ts';
import { Compressed } from './apiserver/http/compressed.ts';
import { createPaths } from './apiserver/http/paths.ts';
import { HttpServer } from './apiserver/http/server.ts';
import type { NodeConnection } from './apiserver/node-connection.ts';
import { RequestMetrics } from './apiserver/metrics/request-metrics.ts';
import { renderMetrics } from './apiserver/metrics/server-metrics.ts';
import { OpenApi } from './apiserver/openapi/openapi.ts';
import { createPki, type Pki } from './apiserver/authentication/pki.ts';
import { authenticated, MASTERS, serviceAccountUser, type UserInfo } from './apiserver/authentication/user.ts';
import { authoritySigner } from './controllers/certificates/signer.ts';
import { createControllerManager } from './controllers/kube-controllers.ts';
import { CONTROLLERS } from './controllers/registry.ts';
import { seededRandom } from './kernel/random.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { Store } from './storage/store.ts';
import { createNodes, POD_CIDR } from './nodes.ts';

export type Part = 'controllers' | 'scheduler' | 'kubelet';

export interface SimulatorOptions {
  readonly name: string;
  /** Data folder, made if absent. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly workers: number;
  readonly disable: ReadonlySet<Part>;
  /** `enable-admission-plugins=A,B` … Default none. */
  readonly apiServerArguments?: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly seed: number;
  /** Told once when the cluster's data can no longer be written: nothing more is accepted from then on. */
  readonly onFailure?: (error: Error) => void;
}

export interface Simulator {
  readonly port: number;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** YAML; context `ckadet-NAME`, user `kubernetes-admin`. */
  readonly kubeconfig: string;
  /** Resources that are served without what acts on them. */
  readonly unsupported: readonly string[];
  /** Resolves when all nodes are Ready; at once where nobody plays them. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

const CONTROLLER_MANAGER = 'system:kube-controller-manager';
const SCHEDULER = 'system:kube-scheduler';

/** Rejects with AppError for data that cannot be trusted, and with EADDRINUSE for a port in use. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { name, directory, clock, log, seed } = options;
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const store = Store.open({ folder: path.join(directory, 'store'), logger: log });
  if (options.onFailure) store.onFailure = options.onFailure;
  const pki = await loadPki(path.join(directory, 'pki.json'), clock);
  // The revision makes names and uids differ from those of the run before.
  const random = seededRandom(seed + store.revision);
  let connection: NodeConnection | undefined;
  const serverArguments = parseArguments(options.apiServerArguments ?? []);
  const api = new ApiServer({
    store,
    clock,
    random,
    log,
    serviceAccountKey: pki.serviceAccountKey,
    nodes: () => connection,
    ...serverArguments,
  });

  const metrics = new RequestMetrics();
  const startedAtSeconds = clock.now() / 1000;
  const renderedMetrics = (): string => {
    const { user, system } = process.cpuUsage();
    return renderMetrics(api.context, metrics, { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss(), startedAtSeconds });
  };
  const paths = createPaths(api, new OpenApi(api.resources, () => loadDescriptions(log)), { metrics: renderedMetrics });
  const http = new HttpServer({ api, paths, metrics, ca: pki.ca.certificate, certificate: pki.server.certificate, key: pki.server.key });
  const port = await http.listen(options.port);
  const server = `https://127.0.0.1:${port}`;
  await bootstrap(api.context, { ca: pki.ca.certificate, server, ...(serverArguments.serviceCidrs ? { serviceCidrs: serverArguments.serviceCidrs } : {}) });
  api.health.started();

  const clientOf = (user: UserInfo): ApiClient =>
    new InProcessClient(api, user, async (requested) => {
      const answer = await paths(requested, { accept: 'application/json', query: new URLSearchParams(), host: `127.0.0.1:${port}` });
      if (!answer) throw new Error(`nobody serves ${requested}`);
      if (answer.value !== undefined) return answer.value;
      const text = String(answer.body instanceof Compressed ? answer.body.expand() : answer.body);
      return answer.contentType.startsWith('application/json') ? JSON.parse(text) : text;
    });
  const factories: InformerFactory[] = [];
  const contextOf = (user: UserInfo): ComponentContext => {
    const client = clientOf(user);
    const informers = new InformerFactory(client, clock);
    factories.push(informers);
    return { client, informers, clock, random, log };
  };

  const parts: Component[] = [];
  const playing = new Set<string>();
  if (!options.disable.has('controllers')) {
    const context = contextOf(authenticated(CONTROLLER_MANAGER));
    parts.push(
      createControllerManager({
        context,
        identity: (user) => clientOf(userOf(user)),
        rootCa: pki.ca.certificate,
        signer: authoritySigner(pki.ca),
        tokenFor: (account, secret) => api.tokens.issueForSecret(account, secret),
        podCidr: POD_CIDR,
      }),
    );
    for (const { name: controller } of CONTROLLERS) playing.add(controller);
  }
  if (!options.disable.has('scheduler')) parts.push(createScheduler(contextOf(authenticated(SCHEDULER))));
  const watcher = contextOf(authenticated('system:ckadet', [MASTERS]));
  const nodes = watcher.informers.of(nodesRef);
  const playsNodes = !options.disable.has('kubelet');
  if (playsNodes) playing.add('kubelet');
  if (playsNodes) {
    const played = createNodes({ ...watcher, workers: options.workers, clientFor: (node) => clientOf(authenticated(`system:node:${node}`, ['system:nodes'])) });
    parts.push(played.kubelets);
    connection = played.connection;
  }
  api.start();
  for (const part of parts) part.start();
  for (const factory of factories) void factory.start();

  const expected = playsNodes ? options.workers + 1 : 0;
  const allReady = (): boolean =>
    [...nodes.list()].filter(
      (node) =>
        conditionOf(node.status.conditions, 'Ready')?.status === 'True' && !node.spec.taints?.some((taint) => taint.key === 'node.kubernetes.io/not-ready'),
    ).length >= expected;
  const ready = Promise.withResolvers<void>();
  const check = (): void => {
    if (allReady()) ready.resolve();
  };
  nodes.addHandler({ added: check, updated: check });
  if (!expected || options.disable.has('controllers')) ready.resolve();

  return {
    port,
    server,
    kubeconfig: renderKubeconfig({
      cluster: `ckadet-${name}`,
      context: `ckadet-${name}`,
      user: 'kubernetes-admin',
      server,
      ca: pki.ca.certificate,
      clientCertificate: pki.admin.certificate,
      clientKey: pki.admin.key,
    }),
    unsupported: unsupportedResources(api, playing),
    ready: () => ready.promise,
    async stop() {
      api.health.stopping();
      for (const part of parts) part.stop();
      api.stop();
      for (const factory of factories) factory.stop();
      await http.close();
      await store.close();
    },
  };
}

/** The certificates of the first start serve all later ones: kubeconfigs in people's hands stay good. */
async function loadPki(file: string, clock: Clock): Promise<Pki> {
  if (fs.existsSync(file)) {
    try {
      const pki = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Pki> | null;
      const { ca, server, admin, serviceAccountKey } = pki ?? {};
      if (!ca?.key || !server?.key || !admin?.key || !serviceAccountKey) throw new Error('keys are missing in it');
      return { ca, server, admin, serviceAccountKey };
    } catch (error) {
      throw new AppError({
        code: 'PKI_DAMAGED',
        what: `the cluster's certificates in ${file} cannot be read`,
        why: error instanceof Error ? error.message : String(error),
        next: ['Give the cluster up and make it anew: ckadet down NAME --delete, then ckadet up NAME.'],
        exitCode: EXIT.invalidFile,
        cause: error,
      });
    }
  }
  const pki = await createPki(clock.now());
  await writeFileAtomic(file, JSON.stringify(pki), { mode: 0o600 });
  return pki;
}

/** Who a component says it is: a service account by its full name, or a plain user. */
function userOf(name: string): UserInfo {
  const [namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name)?.slice(1) ?? [];
  return namespace && account ? serviceAccountUser(namespace, account) : authenticated(name);
}

function unsupportedResources(api: ApiServer, playing: ReadonlySet<string>): string[] {
  return api.resources.all
    .filter(({ kindRules }) => kindRules.controller !== undefined && !playing.has(kindRules.controller))
    .map(({ resource, group }) => (group ? `${resource}.${group}` : resource))
    .sort();
}
