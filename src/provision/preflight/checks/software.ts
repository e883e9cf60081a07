// What an earlier cluster left, and whether a runtime that is there already answers.
import { factsOf } from '../../survey/facts.ts';
import { answer, answers, type Survey } from '../../survey/survey.ts';
import type { ClusterSpec, HostSpec } from '../../cluster-file/cluster-spec.ts';
import { runtimeUnit } from '../../cluster-file/duties.ts';
import { sourceOf } from '../../packages/source.ts';
import { usesDocker } from '../../packages/repositories.ts';
import { CRI_SOCKET } from '../../kubeadm/config.ts';
import { shellWord } from '../../../platform/shell-quote.ts';
import { cannotTell, type Check, green, red, type Verdict, yellow } from '../check.ts';
import { isOurs } from './own.ts';

/** Names what was found, file by file: there may be more in those folders that is not of a cluster. kubeadm leaves the files of pod networks; links go with a reboot. */
function howToClear(left: readonly string[]): string {
  const networks = left.filter((each) => each.startsWith('/etc/cni/net.d/'));
  const links = left.filter((each) => each.startsWith('link '));
  const steps = [
    ...(networks.length + links.length < left.length ? ['kubeadm reset'] : []),
    ...(networks.length ? [`rm ${networks.map(shellWord).join(' ')}`] : []),
    ...(links.length ? ['reboot'] : []),
  ];
  return `if nobody needs it any more: ${steps.join(', then ')}; a cluster of ckadet is taken back with its own file: ckadet cluster reset -f FILE`;
}

export const leftovers: Check = {
  name: 'leftovers',
  look(host, { survey, spec }) {
    const facts = survey(host);
    if (isOurs(facts, spec)) return green('this cluster');
    const owner = answer(facts, 'owner');
    if (owner !== undefined) return red(`belongs to the cluster ${owner}`, `take that back first: ckadet cluster reset -f FILE of ${owner}`);
    const left = answers(facts, 'leftover');
    if (left.length)
      return red(`has parts of another cluster: ${left.slice(0, 4).join(', ')}${left.length > 4 ? ` and ${left.length - 4} more` : ''}`, howToClear(left));
    return answer(facts, 'end') === undefined ? cannotTell('whether an earlier cluster left something') : green('none');
  },
};

/** Packages that cannot be there together with those that create installs. */
function conflicting(host: HostSpec, survey: Survey, spec: ClusterSpec): readonly string[] {
  const facts = factsOf(survey, host);
  if (!facts || !sourceOf(spec) || spec.file.runtime !== 'containerd') return [];
  const there = answers(survey, 'package');
  // Docker's own has runc in it. Where the one that is wanted is there, nothing is installed.
  if (usesDocker(spec, facts)) return there.includes('containerd.io') ? [] : there.filter((name) => name === 'containerd' || name === 'runc');
  return there.includes('containerd') ? [] : there.filter((name) => name === 'containerd.io');
}

function conflict(names: readonly string[], survey: Survey): Verdict {
  const needing = answers(survey, 'package').filter((name) => ['docker-ce', 'docker.io', 'moby-engine', 'podman'].includes(name));
  const runs = answers(survey, 'active').includes('docker') ? ', and Docker runs with it' : '';
  return red(
    `has ${names.join(' and ')}, which the containerd that create installs cannot be beside${runs}`,
    `take a host without ${runs ? 'Docker' : names.join(' and ')}, or, if nothing of it is needed any more, remove ${[...needing, ...names].join(', ')}; or bring packages in a folder (packages.source: folder)`,
  );
}

export const runtime: Check = {
  name: 'runtime',
  look(host, { survey, spec }) {
    const facts = survey(host);
    const conflicts = conflicting(host, facts, spec);
    if (conflicts.length) return conflict(conflicts, facts);
    const wanted = CRI_SOCKET[spec.file.runtime].replace('unix://', '');
    const unit = runtimeUnit(spec);
    // Another runtime may be there for something else, and may not even speak the CRI.
    const own = answers(facts, 'cri').find((line) => line.startsWith(`${wanted} `));
    if (own === undefined) {
      if (answer(facts, 'end') === undefined) return cannotTell('whether a container runtime is there');
      return green('none yet: create installs it');
    }
    const [socket = '', state] = own.split(' ');
    if (state === 'ready' || state === 'answers') return green(state === 'ready' ? 'ready' : 'answers');
    if (state === 'unknown') return cannotTell(`whether the runtime behind ${socket} answers: there is neither crictl nor ctr`);
    // What is not ours may be needed by something else, with settings that create would replace.
    if (isOurs(facts, spec)) return yellow(`the runtime behind ${socket} does not answer; create starts it again`, `journalctl -u ${unit} -n 50`);
    return red(
      `the runtime behind ${socket} does not answer the CRI`,
      `see why: journalctl -u ${unit} -n 50${unit === 'containerd' ? '; often its config.toml has disabled_plugins = ["cri"]' : ''}`,
    );
  },
};
