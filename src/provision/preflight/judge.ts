// All checks over all hosts, and what the cluster file accepts of them. Pure.
import { isAcceptable } from '../cluster-file/check-names.ts';
import type { Check, Finding, Grounds } from './check.ts';
import { login } from './checks/system.ts';
import { CHECKS } from './registry.ts';

/** In the order of the checks, and of the hosts within each. A host that cannot be asked has one finding: why. */
export function judge(grounds: Grounds, checks: readonly Check[] = CHECKS): readonly Finding[] {
  const { spec } = grounds;
  return checks.flatMap((check) =>
    (check.hosts?.(spec) ?? spec.hosts)
      .filter((host) => check === login || !grounds.failure(host))
      .map((host) => accepted({ check: check.name, host: host.name, ...check.look(host, grounds) }, grounds)),
  );
}

function accepted(finding: Finding, { spec }: Grounds): Finding {
  const known = finding.colour === 'red' ? spec.file.preflight.accept.find(({ check }) => check === finding.check) : undefined;
  if (!known || !isAcceptable(finding.check)) return finding;
  return { ...finding, colour: 'yellow', says: `${finding.says}; accepted: ${known.reason}` };
}
