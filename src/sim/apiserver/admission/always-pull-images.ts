// Every image is pulled each time, so that its secrets count. Models kubernetes/plugin/pkg/admission/alwayspullimages
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionPlugin } from './plugin.ts';

export const alwaysPullImages = (): AdmissionPlugin => ({
  name: 'AlwaysPullImages',
  resources: ['pods'],
  admit({ object }) {
    const { spec } = object as unknown as Mutable<Pod>;
    for (const container of [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]) container.imagePullPolicy = 'Always';
  },
});
