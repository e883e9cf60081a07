// What really runs of a pod on this node: its sandbox and its containers. Models kubernetes/pkg/kubelet/container/runtime.go (PodStatus)
import type { RuntimeContainer } from '../ports/container-runtime.ts';

export interface PodSandbox {
  readonly id: string;
  readonly attempt: number;
  readonly ready: boolean;
  /** Empty for pods on the host's network. */
  readonly ip: string;
}

export interface PodRuntime {
  readonly sandbox: PodSandbox | undefined;
  /** Newest first. */
  readonly containers: readonly RuntimeContainer[];
}

export function newestContainer(runtime: PodRuntime, name: string): RuntimeContainer | undefined {
  return runtime.containers.find((each) => each.name === name);
}
