// Asks all hosts of a cluster at once how they are; one that does not answer is a finding, never a failure.
import { AppError, messageOf } from '../../errors/app-error.ts';
import type { Site } from '../site.ts';
import { type ClusterStatus, clusterStatus, type Told } from '../status/cluster-status.ts';
import { statusOf, statusScript } from '../status/status-script.ts';
import { parseSurvey } from '../survey/survey.ts';

const TIMEOUT_MS = 30_000;

export async function statusOfCluster(site: Site, signal: AbortSignal): Promise<ClusterStatus> {
  const { spec } = site.loaded;
  const told = await Promise.all(
    spec.hosts.map(async (host): Promise<readonly [string, Told]> => {
      const silence = site.silence(host.name);
      if (silence !== undefined) return [host.name, { why: whyOf(silence) }];
      try {
        const { stdout } = await site.host(host.name).run(statusScript(host, spec), { as: 'root', timeoutMs: TIMEOUT_MS, signal });
        return [host.name, { answers: statusOf(parseSurvey(stdout)) }];
      } catch (error) {
        return [host.name, { why: whyOf(error) }];
      }
    }),
  );
  signal.throwIfAborted();
  return clusterStatus(spec, new Map(told));
}

/** With what helps most often: where a host is only a finding, nobody else says it. */
function whyOf(error: unknown): string {
  const [first] = error instanceof AppError ? error.next : [];
  return `${messageOf(error)}${first === undefined ? '' : `; ${first}`}`;
}
