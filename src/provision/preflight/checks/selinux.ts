// Does SELinux stand in the way: told before it is changed, because somebody may count on it.
import { answer } from '../../survey/survey.ts';
import { cannotTell, type Check, green, yellow } from '../check.ts';

export const selinux: Check = {
  name: 'selinux',
  look(host, { survey, spec }) {
    const facts = survey(host);
    const mode = answer(facts, 'selinux')?.toLowerCase();
    if (mode === undefined) return answer(facts, 'end') === undefined ? cannotTell('whether SELinux is on') : green('not there');
    if (mode !== 'enforcing') return green(mode);
    return spec.file.selinux === 'as-is'
      ? yellow('enforcing, and left so: pods that reach into the host need rules of yours', 'see what it forbids: ausearch -m avc -ts recent')
      : yellow('enforcing: create makes it permissive, as the instructions of kubeadm have it, and reset enforcing again', 'leave it as it is: selinux: as-is');
  },
};
