// Prefers nodes that hold the pod's images already, scaled down while few nodes do. Models kubernetes/pkg/scheduler/framework/plugins/imagelocality
import { MAX_NODE_SCORE, type Plugin } from '../framework.ts';
import type { PluginEntry } from '../handle.ts';

const MEBIBYTE = 1024 * 1024;
const LEAST_BYTES = 23 * MEBIBYTE;
const MOST_BYTES_PER_CONTAINER = 1000 * MEBIBYTE;

const normalized = (image: string): string => (image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image);

export const imageLocality: PluginEntry['create'] = ({ cache }): Plugin => ({
  name: 'ImageLocality',
  score(_state, { pod }, node) {
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    let bytes = 0;
    for (const { image = '' } of containers) {
      const state = cache.image(normalized(image));
      if (state?.nodes.has(node.name)) bytes += Math.floor((state.size * state.nodes.size) / cache.nodes.length);
    }
    const most = MOST_BYTES_PER_CONTAINER * containers.length;
    return Math.floor((MAX_NODE_SCORE * (Math.min(Math.max(bytes, LEAST_BYTES), most) - LEAST_BYTES)) / (most - LEAST_BYTES));
  },
});
