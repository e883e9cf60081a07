// kubectl auth whoami: as whom the server knows one. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/auth/whoami.go
import { StatusError, isNotFound } from '../../../kube/machinery/status-error.ts';
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { goPrint } from '../../../kube/machinery/go-values.ts';
import { sortedEntries } from '../../../kube/machinery/go-text.ts';
import { textOf } from '../../config/kubeconfig-files.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { PRINT_FLAGS } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { printerFor } from '../../printers/printer.ts';
import { TabWriter } from '../../printers/tab-writer.ts';

const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'];

export const command = defineCommand({
  usage: '',
  long: 'Shows the name, the groups and what else the server knows of the current user.',
  examples: '# Who am I\nkubectl auth whoami\n\n# As JSON\nkubectl auth whoami -o json',
  flags: PRINT_FLAGS,
  async run({ flags, changed }, kubectl) {
    const printer = changed('output') || flags.template ? await printerFor(flags, kubectl.ports, { isTyped: true }) : undefined;
    const review = await reviewed(kubectl);
    if (printer) return kubectl.print(printer.print(inOrder(review)));
    const status = isJsonObject(review['status']) ? review['status'] : {};
    const user = isJsonObject(status['userInfo']) ? status['userInfo'] : {};
    const out = new TabWriter((text) => kubectl.print(text));
    out.line(['ATTRIBUTE', 'VALUE']);
    if (textOf(user['username'])) out.line(['Username', textOf(user['username'])]);
    if (textOf(user['uid'])) out.line(['UID', textOf(user['uid'])]);
    if (Array.isArray(user['groups']) && user['groups'].length) out.line(['Groups', goPrint(user['groups'])]);
    if (isJsonObject(user['extra'])) for (const [key, values] of sortedEntries(user['extra'])) out.line([`Extra: ${key}`, goPrint(values)]);
    out.flush();
  },
});

/** As Go's types have it. */
function inOrder({ kind, apiVersion, metadata, status }: JsonObject): JsonObject {
  const user = isJsonObject(status) && isJsonObject(status['userInfo']) ? status['userInfo'] : {};
  const { username, uid, groups, extra } = user;
  const userInfo = Object.fromEntries(Object.entries({ username, uid, groups, extra }).filter(([, value]) => value !== undefined));
  return { kind, apiVersion, metadata, status: { userInfo } };
}

async function reviewed(kubectl: Kubectl): Promise<JsonObject> {
  const wire = await kubectl.wire();
  for (const version of VERSIONS)
    try {
      const path = `/apis/authentication.k8s.io/${version}/selfsubjectreviews`;
      return await wire.call({ method: 'POST', path, body: { kind: 'SelfSubjectReview', apiVersion: `authentication.k8s.io/${version}` } });
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'Forbidden')
        throw new CommandError('the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it');
      if (!isNotFound(error)) throw error;
    }
  throw new CommandError('the selfsubjectreviews API is not enabled in the cluster');
}
