// --kuberc, which the commands on preferences show among their own.
import { string } from '../../../flags/flag.ts';

export const KUBERC = string('File of preferences to use; KUBERC=off or KUBECTL_KUBERC=false turns them off.');
