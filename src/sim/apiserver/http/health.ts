// Health as probes ask for it, by the state the server is really in. Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/healthz

export type HealthName = 'healthz' | 'livez' | 'readyz';

const HOOKS_BEFORE_BOOTSTRAP = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
];
/** Those that write what a fresh cluster holds. */
const HOOKS_OF_BOOTSTRAP = [
  'start-system-namespaces-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
];
const HOOKS_OF_AGGREGATION = [
  'aggregator-reload-proxy-client-cert',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
];
const hooks = (names: readonly string[]): string[] => names.map((name) => `poststarthook/${name}`);

const ALWAYS = ['ping', 'log', 'etcd'];
const LAST = [...hooks(HOOKS_OF_AGGREGATION), 'autoregister-completion', ...hooks(['apiservice-openapi-controller', 'apiservice-openapiv3-controller'])];
const STARTING: ReadonlySet<string> = new Set([...hooks(HOOKS_OF_BOOTSTRAP), ...LAST, 'informer-sync']);

const CHECKS: Readonly<Record<HealthName, readonly string[]>> = {
  healthz: [...ALWAYS, ...hooks([...HOOKS_BEFORE_BOOTSTRAP, ...HOOKS_OF_BOOTSTRAP]), ...LAST],
  livez: [...ALWAYS, ...hooks([...HOOKS_BEFORE_BOOTSTRAP, ...HOOKS_OF_BOOTSTRAP]), ...LAST],
  readyz: [...ALWAYS, 'etcd-readiness', 'informer-sync', ...hooks([...HOOKS_BEFORE_BOOTSTRAP, ...HOOKS_OF_BOOTSTRAP]), ...LAST, 'shutdown'],
};

export interface HealthAnswer {
  readonly code: number;
  readonly body: string;
}

export class Health {
  #isStarted = false;
  #isStopping = false;
  #isStorageBroken = false;

  /** What a fresh cluster holds is there. */
  started(): void {
    this.#isStarted = true;
  }
  stopping(): void {
    this.#isStopping = true;
  }
  storageFailed(): void {
    this.#isStorageBroken = true;
  }

  /** Every path there is something to ask at. */
  paths(): readonly string[] {
    return Object.entries(CHECKS).flatMap(([name, checks]) => [`/${name}`, ...checks.map((check) => `/${name}/${check}`)]);
  }

  /** Undefined for a path nobody serves. */
  answer(path: string, query: URLSearchParams): HealthAnswer | undefined {
    const [, name = '', check] = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(path) ?? [];
    if (!name) return undefined;
    const checks = CHECKS[name as HealthName];
    if (check === undefined) return this.#all(name, checks, query);
    if (!checks.includes(check)) return undefined;
    return this.#isGood(check) ? { code: 200, body: 'ok' } : { code: 500, body: `internal server error: ${this.#why(check)}\n` };
  }

  #all(name: string, checks: readonly string[], query: URLSearchParams): HealthAnswer {
    const excluded = query.getAll('exclude');
    const lines = checks.map((check) => {
      if (excluded.includes(check)) return `[+]${check} excluded: ok\n`;
      return this.#isGood(check) ? `[+]${check} ok\n` : `[-]${check} failed: reason withheld\n`;
    });
    const unknown = excluded.filter((each) => each && !checks.includes(each));
    const warning = unknown.length
      ? `warn: some health checks cannot be excluded: no matches for ${unknown.map((each) => JSON.stringify(each)).join(',')}\n`
      : '';
    const report = lines.join('') + warning;
    if (lines.some((line) => line.startsWith('[-]'))) return { code: 500, body: `${report}${name} check failed\n` };
    return { code: 200, body: query.get('verbose') === null ? 'ok' : `${report}${name} check passed\n` };
  }

  #isGood(check: string): boolean {
    if (check.startsWith('etcd')) return !this.#isStorageBroken;
    return check === 'shutdown' ? !this.#isStopping : this.#isStarted || !STARTING.has(check);
  }

  #why(check: string): string {
    if (check === 'shutdown') return 'process is shutting down';
    return check.startsWith('etcd') ? 'storage refuses writes' : 'not finished';
  }
}
