// How a process in a container ended, as the error channel tells it. Models kubernetes/pkg/kubelet/cri/streaming/remotecommand and apimachinery/pkg/util/remotecommand
import type { JsonObject } from '../../../kube/machinery/json.ts';

export const succeeded: JsonObject = { metadata: {}, status: 'Success' };

export function endedWith(exitCode: number, command: readonly string[]): JsonObject {
  if (exitCode === 0) return succeeded;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: error executing command [${command.join(' ')}], exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** `why` in the node's words. */
export function failedWith(doing: string, why: string): JsonObject {
  const message = `${doing}: ${why}`;
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}
