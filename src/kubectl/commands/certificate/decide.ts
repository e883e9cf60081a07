// What `kubectl certificate approve` and `deny` do: a condition on a signing request. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/certificates/certificates.go
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { isConflict } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { listOf, textOf } from '../../config/kubeconfig-files.ts';
import type { Call } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool } from '../../flags/flag.ts';
import { fileFlags, PRINT_FLAGS } from '../../flags/sets.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { select } from '../../resources/builder.ts';
import { groupKindOf, metadataOf } from '../../resources/info.ts';
import { reporter } from '../../writes/report.ts';

export const decisionFlags = (word: string) => ({ ...PRINT_FLAGS, ...fileFlags('is decided on'), force: bool(`Also where it is ${word} already.`) }) as const;

interface Decision {
  readonly type: string;
  readonly opposite: string;
  readonly word: string;
  readonly reason: string;
  readonly message: string;
}

const CSRS = { group: 'certificates.k8s.io', version: 'v1', resource: 'certificatesigningrequests', namespaced: false };
const CONFLICTS = 10;

export async function decide(call: Call<ReturnType<typeof decisionFlags>>, kubectl: Kubectl, decision: Decision): Promise<void> {
  const { args, flags } = call;
  const report = await reporter(flags, kubectl, decision.word, 'none');
  if (!args.length && !flags.filename.length && !flags.kustomize) throw new CommandError('one or more CSRs must be specified as <name> or -f <filename>');
  const { name: namespace } = await kubectl.namespace();
  const selected = await select(kubectl, {
    named: { type: CSRS.resource, names: args },
    files: flags,
    namespace,
    continueOnError: true,
    latest: true,
  });
  const client = await kubectl.client(CSRS);
  let found = 0;
  await selected.visit(async (info) => {
    const { group, kind } = groupKindOf(info.content);
    if (kind !== 'CertificateSigningRequest' || group !== CSRS.group)
      throw new CommandError(`can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${group ? `${kind}.${group}` : kind}`);
    const name = textOf(metadataOf(info.content)['name']);
    for (let attempt = 0; ; attempt++) {
      const request = await client.get({ name });
      const decided = withCondition(request, decision, kubectl.ports.clock.now());
      if (decided === request && !flags.force) break;
      try {
        await client.update({ name, subresource: 'approval' }, decided);
        break;
      } catch (error) {
        if (!isConflict(error) || attempt >= CONFLICTS) throw error;
        await info.get(kubectl);
      }
    }
    found++;
    report(info.content);
  });
  if (found === 0) kubectl.print('No resources found\n');
}

/** The request itself where it has the condition already. */
function withCondition(request: JsonObject, { type, opposite, reason, message }: Decision, now: number): JsonObject {
  const status = isJsonObject(request['status']) ? request['status'] : {};
  const conditions = listOf(status['conditions']).filter(isJsonObject);
  if (conditions.some((each) => each['type'] === opposite))
    throw new CommandError(`certificate signing request ${goQuote(textOf(metadataOf(request)['name']))} is already ${opposite}`);
  if (conditions.some((each) => each['type'] === type)) return request;
  const condition = { type, status: 'True', reason, message, lastUpdateTime: formatTime(now), lastTransitionTime: null };
  return { ...request, status: { ...status, conditions: [...conditions, condition] } };
}
