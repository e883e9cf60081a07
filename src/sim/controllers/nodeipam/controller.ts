// Gives every node a block of pod addresses. Models kubernetes/pkg/controller/nodeipam/ipam/range_allocator.go
import type { Node } from '../../../kube/api/core-v1.ts';
import { nodes } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { CidrBlocks } from './ranges.ts';

export function nodeIpamController({ client, informers, clock, log, settings }: ControllerContext): Component {
  const all = informers.of(nodes);
  const blocks = new CidrBlocks(settings.podCidr);
  const assigned = new Map<string, string>();
  const recorder = new CoreEventRecorder(client, { component: 'cidrAllocator' }, clock, log);
  // One at a time, so that the oldest node gets the first block.
  const queue = new WorkQueue({
    clock,
    sync,
    workers: 1,
    maxDelayMs: 30_000,
    failed: (node, error) => log.warn('no pod range assigned', { node, error: messageOf(error) }),
  });

  const occupy = ({ metadata: { name = '' }, spec }: Node): void => {
    if (!spec.podCIDR) return;
    blocks.occupy(spec.podCIDR);
    assigned.set(name, spec.podCIDR);
  };

  function run(): void {
    for (const node of all.list()) occupy(node);
    const waiting = [...all.list()].filter(({ spec }) => !spec.podCIDR);
    for (const { metadata } of waiting.sort((a, b) => parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp)))
      queue.add(metadata.name ?? '');
    all.addHandler({
      added: (node) => {
        if (node.spec.podCIDR) occupy(node);
        else queue.add(node.metadata.name ?? '');
      },
      updated: (node) => {
        if (node.spec.podCIDR) occupy(node);
        else queue.add(node.metadata.name ?? '');
      },
      deleted({ metadata: { name = '' }, spec }) {
        const cidr = spec.podCIDR ?? assigned.get(name);
        assigned.delete(name);
        if (cidr) blocks.release(cidr);
      },
    });
  }

  async function sync(name: string): Promise<void> {
    const node = all.get(name);
    if (!node || node.spec.podCIDR) return;
    const cidr = assigned.get(name) ?? blocks.allocate();
    const { uid } = node.metadata;
    if (!cidr) {
      recorder.event(
        { apiVersion: 'v1', kind: 'Node', metadata: { name, ...(uid ? { uid } : {}) } },
        { type: 'Normal', reason: 'CIDRNotAvailable', message: `Node ${name} status is now: CIDRNotAvailable` },
      );
      throw new Error(
        `failed to allocate cidr from cluster cidr ${settings.podCidr}: CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range`,
      );
    }
    assigned.set(name, cidr);
    await client.patch(nodes, name, 'strategic', { spec: { podCIDR: cidr, podCIDRs: [cidr] } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  return controllerComponent({ name: 'node-ipam', informers: [all], queues: [queue], run });
}
