// What `/metrics` tells of requests. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/metrics
import type { Exchange } from '../filters/filter.ts';
import { Counter, Gauge, Histogram } from './prometheus.ts';

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

  /** Counts a request from now until its answer is out. */
  observe(exchange: Exchange): void {
    const isRead = exchange.request.method === 'GET' || exchange.request.method === 'HEAD';
    const kind = { request_kind: isRead ? 'readOnly' : 'mutating' };
    this.inFlight.add(kind, 1);
    exchange.response.once('close', () => {
      this.inFlight.add(kind, -1);
      this.#done(exchange);
    });
  }

  #done({ info, response, query, startedAt, api }: Exchange): void {
    if (!info) return;
    const { verb, group, version, resource, subresource, namespace, name } = info;
    const scope = !info.isResource ? '' : name ? 'resource' : namespace ? 'namespace' : 'cluster';
    const labels = {
      component: 'apiserver',
      dry_run: query.getAll('dryRun').filter(Boolean).join(','),
      group,
      resource,
      scope,
      subresource,
      verb: METRIC_VERBS[verb] ?? verb.toUpperCase(),
      version,
    };
    this.total.add({ code: String(response.statusCode), ...labels }, 1);
    if (verb !== 'watch') this.duration.observe(labels, (api.context.clock.now() - startedAt) / 1000);
  }
}

const METRIC_VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', deletecollection: 'DELETECOLLECTION', patch: 'PATCH' };
