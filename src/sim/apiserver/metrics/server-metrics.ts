// Everything `/metrics` says. Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/routes/metrics.go
import type { ServerContext } from '../context.ts';
import { Gauge } from './prometheus.ts';
import type { RequestMetrics } from './request-metrics.ts';

export interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly startedAtSeconds: number;
}

export function renderMetrics({ store, resources }: ServerContext, requests: RequestMetrics, process: ProcessFigures): string {
  const objects = new Gauge('apiserver_storage_objects', '[STABLE] Number of stored objects at the time of last check split by kind.');
  for (const resource of resources.all) {
    if (resource.kindRules.virtual) continue;
    objects.cell({ resource: resource.group ? `${resource.resource}.${resource.group}` : resource.resource }).value = store.count(resource.shelf);
  }
  const single = (name: string, help: string, value: number): string => {
    const gauge = new Gauge(name, help);
    gauge.cell({}).value = value;
    return gauge.render();
  };
  return [
    requests.inFlight.render(),
    requests.duration.render(),
    requests.total.render(),
    objects.render(),
    single('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', process.cpuSeconds),
    single('process_resident_memory_bytes', 'Resident memory size in bytes.', process.residentBytes),
    single('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', process.startedAtSeconds),
  ].join('');
}
