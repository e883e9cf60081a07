// What `/metrics` tells of requests. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/metrics
import type { Exchange } from '../filters/filter.ts';
import { Counter, Gauge, Histogram, type Cell, type Observed } from './prometheus.ts';

const DURATION_BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

export class RequestMetrics {
  readonly total = new Counter(
    'apiserver_request_total',
    '[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
  );
  readonly duration = new Histogram(
    'apiserver_request_duration_seconds',
    '[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
    DURATION_BUCKETS,
  );
  readonly inFlight = new Gauge(
    'apiserver_current_inflight_requests',
    '[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
  );

  readonly #known = new Map<string, Known>();
  readonly #reads = this.inFlight.cell({ request_kind: 'readOnly' });
  readonly #writes = this.inFlight.cell({ request_kind: 'mutating' });

  /** Counts a request from now until its answer is out. */
  observe(exchange: Exchange): void {
    const current = exchange.request.method === 'GET' || exchange.request.method === 'HEAD' ? this.#reads : this.#writes;
    current.value++;
    exchange.response.once('close', () => {
      current.value--;
      this.#done(exchange);
    });
  }

  #done({ info, code, query, startedAt, api }: Exchange): void {
    if (!info) return;
    const { verb, group, version, resource, subresource, namespace, name, isResource } = info;
    const scope = !isResource ? '' : name ? 'resource' : namespace ? 'namespace' : 'cluster';
    const dryRun = query.size ? query.getAll('dryRun').filter(Boolean).join(',') : '';
    const key = `${code} ${verb} ${group} ${version} ${resource} ${subresource} ${scope} ${dryRun}`;
    let known = this.#known.get(key);
    if (!known) {
      if (this.#known.size >= MOST_SERIES) return;
      const common = { component: 'apiserver', dry_run: dryRun, group, resource, scope, subresource, verb: METRIC_VERBS[verb] ?? verb.toUpperCase(), version };
      known = { total: this.total.cell({ code: String(code), ...common }), duration: this.duration.series(common) };
      this.#known.set(key, known);
    }
    known.total.value++;
    if (verb !== 'watch') this.duration.observe(known.duration, (api.context.clock.now() - startedAt) / 1000);
  }
}

interface Known {
  readonly total: Cell;
  readonly duration: Observed;
}
/** Anyone may ask for anything: what nobody serves must not fill the memory. */
const MOST_SERIES = 5000;

const METRIC_VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', deletecollection: 'DELETECOLLECTION', patch: 'PATCH' };
