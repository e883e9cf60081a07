// Where packages come from, what an earlier cluster left, and whether a runtime that is there already answers.
import { answer, answers, has } from '../../survey/survey.ts';
import { inFolder } from '../../packages/folder.ts';
import { cannotTell, type Check, green, red, yellow } from '../check.ts';
import { isOurs } from './own.ts';

const PACKAGE_NAMES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

export const packageSources: Check = {
  name: 'packages',
  look(host, { survey, packages }) {
    const facts = survey(host);
    if (packages) {
      const machine = answer(facts, 'machine');
      if (machine === undefined) return cannotTell('whether the packages fit: its architecture is not known');
      const archives = [...inFolder(packages, 'containerd'), ...inFolder(packages, 'cni')];
      const architectures = new Set(archives.map((file) => /(?:^|[-.])(amd64|arm64)(?:[-.]|$)/.exec(file)?.[1]).filter((each) => each !== undefined));
      const own = PACKAGE_NAMES[machine] ?? machine;
      if (!architectures.size) return yellow('the names of the packages do not tell their architecture');
      return architectures.has(own)
        ? green(`the folder, ${own}`)
        : red(`the folder of packages is for ${[...architectures].join(', ')}, the host is ${own}`, 'bring packages of its architecture');
    }
    const manager = ['apt-get', 'dnf'].find((name) => has(facts, name));
    if (manager !== undefined) return green(manager);
    if (answer(facts, 'end') === undefined) return cannotTell('which package manager it has');
    return red('has neither apt-get nor dnf', 'use a folder of packages: packages: {source: folder, path: DIR}');
  },
};

export const leftovers: Check = {
  name: 'leftovers',
  look(host, { survey, spec }) {
    const facts = survey(host);
    if (isOurs(facts, spec)) return green('this cluster');
    const owner = answer(facts, 'owner');
    if (owner !== undefined) return red(`belongs to the cluster ${owner}`, `take that back first: ckadet cluster reset -f FILE of ${owner}`);
    const left = answers(facts, 'leftover');
    if (left.length)
      return red(
        `has parts of another cluster: ${left.slice(0, 4).join(', ')}${left.length > 4 ? ` and ${left.length - 4} more` : ''}`,
        'if nobody needs it any more: kubeadm reset -f && rm -rf /etc/cni/net.d, then reboot',
      );
    return answer(facts, 'end') === undefined ? cannotTell('whether an earlier cluster left something') : green('none');
  },
};

export const runtime: Check = {
  name: 'runtime',
  look(host, { survey, spec }) {
    const facts = survey(host);
    const [first] = answers(facts, 'cri');
    if (first === undefined) {
      if (answer(facts, 'end') === undefined) return cannotTell('whether a container runtime is there');
      return green('none yet: create installs it');
    }
    const [socket = '', state] = first.split(' ');
    if (state === 'ready' || state === 'answers') return green(state === 'ready' ? 'ready' : 'answers');
    if (state === 'unknown') return cannotTell(`whether the runtime behind ${socket} answers: there is neither crictl nor ctr`);
    // What is not ours may be needed by something else, with settings that create would replace.
    if (isOurs(facts, spec)) return yellow(`the runtime behind ${socket} does not answer; create starts it again`, 'journalctl -u containerd -n 50');
    return red(
      `the runtime behind ${socket} does not answer the CRI`,
      'see why: journalctl -u containerd -n 50; often its config.toml has disabled_plugins = ["cri"]',
    );
  },
};
