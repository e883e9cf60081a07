// What the kubelet and the pod network ask of the kernel: control groups, no swap, modules, settings.
import { answer, answers, has } from '../../survey/survey.ts';
import { cannotTell, type Check, green, red, yellow } from '../check.ts';

const NEEDED_MODULES = ['overlay', 'br_netfilter'] as const;
const FIRST_WITHOUT_V1 = 35;

export const cgroup: Check = {
  name: 'cgroup',
  look(host, { survey, spec }) {
    const type = answer(survey(host), 'cgroup');
    if (type === undefined) return cannotTell('which version of cgroups it has');
    if (type === 'cgroup2fs') return green('version 2');
    if (Number(spec.version.minor.split('.')[1]) < FIRST_WITHOUT_V1)
      return yellow('cgroups version 1, which Kubernetes 1.35 gives up', 'boot with systemd.unified_cgroup_hierarchy=1');
    return red(
      `cgroups version 1, with which the kubelet of ${spec.version.minor} does not start`,
      'boot with systemd.unified_cgroup_hierarchy=1, or accept it: the kubelet is told to start all the same',
    );
  },
};

export const swap: Check = {
  name: 'swap',
  look(host, { survey }) {
    const facts = survey(host);
    const used = answers(facts, 'swap');
    if (!used.length) return answer(facts, 'end') === undefined ? cannotTell('whether it swaps') : green('none');
    const unknown = answers(facts, 'swap-service').length ? [] : answers(facts, 'swap-without-unit');
    if (unknown.length)
      return yellow(
        `swaps on ${unknown.join(', ')}, which neither /etc/fstab nor a unit turns on: create turns it off now, but whatever does will turn it on again at the next boot, and the kubelet does not start then`,
        'find it and take it out: grep -rs swapon /etc/rc.local /etc/cron* /var/spool/cron /etc/systemd/system',
      );
    return yellow(
      `swaps on ${used.join(', ')}; create turns it off, now and at boot`,
      'turn it off yourself if something else needs it: swapoff -a, and /etc/fstab',
    );
  },
};

export const modules: Check = {
  name: 'modules',
  look(host, { survey }) {
    const facts = survey(host);
    const there = answers(facts, 'module');
    const missing = NEEDED_MODULES.filter((name) => !there.includes(name));
    if (!missing.length) return green(NEEDED_MODULES.join(', '));
    if (!has(facts, 'modprobe')) return cannotTell(`whether it has ${missing.join(' and ')}: there is no modprobe`);
    const release = answer(facts, 'release') ?? '$(uname -r)';
    return red(
      `its kernel has no ${missing.join(' and no ')}`,
      `install the modules of ${release} (linux-modules-extra or kernel-modules), or reboot into the kernel that is installed`,
    );
  },
};

export const sysctls: Check = {
  name: 'sysctls',
  look(host, { survey }) {
    const state = answer(survey(host), 'sysctl');
    if (state === undefined) return cannotTell('whether settings of the kernel can be changed');
    return state === 'writable' ? green('can be set') : red('/proc/sys is read-only', 'pods need net.ipv4.ip_forward=1: let root of this host write /proc/sys');
  },
};
