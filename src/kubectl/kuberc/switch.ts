// Whether there are preferences at all: a variable turns them off. Models cmdutil.KubeRC
import type { Ports } from '../ports.ts';

export const hasPreferences = (env: Ports['env']): boolean => !/^(?:0|f|false)$/i.test(env['KUBECTL_KUBERC'] ?? '');
