// What is held against a running container: its probes, or a changed definition.
import type { Container } from '../../../kube/api/core-v1.ts';
import type { RuntimeContainer } from '../ports/container-runtime.ts';

export type ProbeVerdict = 'success' | 'failure' | 'unknown';
export type KillReason = 'LivenessProbe' | 'StartupProbe' | 'FailedPostStartHook' | undefined;

/** The latest verdicts on running containers; undefined where no probe has spoken. */
export interface ProbeVerdicts {
  liveness(containerId: string): ProbeVerdict | undefined;
  startup(containerId: string): ProbeVerdict | undefined;
}

export interface ContainerToKill {
  readonly id: string;
  readonly name: string;
  readonly message: string;
  readonly reason: KillReason;
}

/** The spec of a running container changed: only name and image count. */
export const definitionChanged = (container: Container, running: RuntimeContainer): boolean => (container.image ?? '') !== running.specImage;
