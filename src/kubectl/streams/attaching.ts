// Attaching to a container of a pod, as attach, run and debug do. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/attach/attach.go
import { messageOf } from '../../errors/app-error.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { metadataOf, textField } from '../resources/info.ts';
import { streamLog } from './logs-of.ts';
import { containerMeant, findContainer, specOf } from './pod-fields.ts';
import { runSession, takesTerminal, type Wishes } from './session.ts';

export interface Attachment extends Wishes {
  readonly pod: JsonObject;
  /** Empty for the one that is meant where none is named. */
  readonly container: string;
  /** As whom it is told to come back: `kubectl attach`. */
  readonly commandName: string;
}

export async function attachTo(kubectl: Kubectl, { pod, container: name, commandName, stdin, tty, quiet }: Attachment): Promise<void> {
  const say = (text: string): void => (quiet ? undefined : kubectl.complain(text));
  let container: JsonObject;
  try {
    container = containerMeant(pod, name, say);
  } catch (error) {
    throw new CommandError(`cannot attach to the container: ${messageOf(error)}`);
  }
  const containerName = textField(container, 'name');
  const hasTerminal = container['tty'] === true;
  if (tty && !hasTerminal) say(`error: Unable to use a TTY - container ${containerName} did not allocate one\n`);
  const raw = takesTerminal({ stdin, tty: hasTerminal, quiet }, kubectl);
  say(
    "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n",
  );
  const { namespace, name: podName } = placeOf(pod);
  await runSession({ kubectl, process: { namespace, pod: podName, container: containerName, does: 'attach' }, stdin, raw, redraws: true });
  if (quiet || !stdin || !raw || textField(specOf(pod), 'restartPolicy') !== 'Always') return;
  const again = `${commandName} ${podName} -c ${containerName} -i -t`;
  kubectl.print(
    findContainer(pod, containerName)?.group === 'ephemeralContainers'
      ? `Session ended, the ephemeral container will not be restarted but may be reattached using '${again}' if it is still running\n`
      : `Session ended, resume using '${again}' command when the pod is running\n`,
  );
}

const placeOf = (pod: JsonObject): { readonly namespace: string; readonly name: string } => ({
  namespace: textField(metadataOf(pod), 'namespace'),
  name: textField(metadataOf(pod), 'name'),
});

/** Attaches, and shows what it has written where that cannot be done. */
export async function attachOrShow(kubectl: Kubectl, attachment: Attachment): Promise<void> {
  try {
    await attachTo(kubectl, attachment);
  } catch (error) {
    if (kubectl.ports.interrupted.aborted) throw error;
    kubectl.complain(`warning: couldn't attach to pod/${placeOf(attachment.pod).name}, falling back to streaming logs: ${messageOf(error)}\n`);
    await showOutput(kubectl, attachment);
  }
}

/** What the container of an attachment has written so far. */
export async function showOutput(kubectl: Kubectl, { pod, container, quiet }: Attachment): Promise<void> {
  const meant = containerMeant(pod, container, (text) => (quiet ? undefined : kubectl.complain(text)));
  const { namespace, name } = placeOf(pod);
  await streamLog(kubectl, { namespace, pod: name, container: textField(meant, 'name') }, {}, (line) => {
    kubectl.ports.stdout.write(line);
    return kubectl.ports.stdout.room();
  });
}
