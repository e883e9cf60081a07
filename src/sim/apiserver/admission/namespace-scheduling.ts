// Node selectors and tolerations that a namespace gives its pods. Models kubernetes/plugin/pkg/admission/{podnodeselector,podtolerationrestriction}
import type { Pod, Toleration } from '../../../kube/api/core-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { tolerationTolerates } from '../../resources/core/toleration-sets.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';
import { refused } from './refusal.ts';

const SELECTORS = ['scheduler.alpha.kubernetes.io/node-selector'];
const DEFAULT_TOLERATIONS = 'scheduler.alpha.kubernetes.io/defaultTolerations';
const ALLOWED_TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerationsWhitelist';

const annotationsOf = ({ store }: AdmissionContext, namespace: string): Readonly<Record<string, string>> =>
  store.get('namespaces', namespace)?.metadata.annotations ?? {};

const labelsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(',')
      .filter(Boolean)
      .map((each) => [each.split('=')[0]?.trim() ?? '', each.slice(each.indexOf('=') + 1).trim()]),
  );

export const podNodeSelector = (context: AdmissionContext): AdmissionPlugin => ({
  name: 'PodNodeSelector',
  operations: ['CREATE'],
  resources: ['pods'],
  admit(request) {
    const { spec } = request.object as unknown as Mutable<Pod>;
    const annotations = annotationsOf(context, request.call.namespace);
    const wanted = Object.assign({}, ...SELECTORS.map((each) => labelsOf(annotations[each] ?? ''))) as Readonly<Record<string, string>>;
    const own = spec.nodeSelector ?? {};
    if (Object.entries(wanted).some(([key, value]) => own[key] !== undefined && own[key] !== value))
      throw refused(request, 'pod node label selector conflicts with its namespace node label selector');
    if (Object.keys(wanted).length) spec.nodeSelector = { ...wanted, ...own };
  },
});

export const podTolerationRestriction = (context: AdmissionContext): AdmissionPlugin => {
  const listed = (namespace: string, key: string): readonly Toleration[] => {
    const text = annotationsOf(context, namespace)[key];
    return text ? (JSON.parse(text) as readonly Toleration[]) : [];
  };
  return {
    name: 'PodTolerationRestriction',
    resources: ['pods'],
    admit(request) {
      if (request.operation !== 'CREATE') return;
      const { spec } = request.object as unknown as Mutable<Pod>;
      const own: readonly Toleration[] = spec.tolerations ?? [];
      const defaults = listed(request.call.namespace, DEFAULT_TOLERATIONS);
      const conflicts = own.some((mine) => defaults.some((each) => each.key === mine.key && each.effect === mine.effect && !jsonEqual(each, mine)));
      if (conflicts) throw refused(request, 'namespace tolerations and pod tolerations conflict');
      const missing = defaults.filter((each) => !own.some((mine) => jsonEqual(mine, each)));
      if (missing.length) spec.tolerations = [...own, ...missing];
    },
    validate(request) {
      const { spec } = request.object as unknown as Pod;
      const allowed = listed(request.call.namespace, ALLOWED_TOLERATIONS);
      if (!allowed.length) return;
      if (!(spec.tolerations ?? []).every((each) => allowed.some((wide) => tolerationTolerates(wide, each))))
        throw refused(request, 'pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist');
    },
  };
};
