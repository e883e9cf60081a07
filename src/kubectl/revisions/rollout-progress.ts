// How far the rollout of a workload is, in kubectl's sentences. To add a kind: a line in VIEWERS.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
import type { DaemonSet, Deployment, StatefulSet } from '../../kube/api/apps-v1.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { ApiResource } from '../client/discovery.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { kindText } from '../resources/kind-text.ts';
import { REVISION, revisionOf } from './replica-sets.ts';

interface Progress {
  /** With its newline. */
  readonly text: string;
  readonly isDone: boolean;
}
/** Throws CommandError for a rollout that will not come to an end. */
type Viewer = (object: JsonObject, revision: number) => Progress;

const VIEWERS: Readonly<Record<string, Viewer>> = {
  'Deployment.apps': (object, revision) => ofDeployment(object as unknown as Deployment, revision),
  'DaemonSet.apps': (object) => ofDaemonSet(object as unknown as DaemonSet),
  'StatefulSet.apps': (object) => ofStatefulSet(object as unknown as StatefulSet),
};

/** Throws kubectl's sentence for a kind that is not rolled out. */
export function statusViewerFor(resource: ApiResource): Viewer {
  const viewer = VIEWERS[kindText(resource)];
  if (!viewer) throw new CommandError(`no status viewer has been implemented for ${kindText(resource)}`);
  return viewer;
}

const waiting = (text: string): Progress => ({ text: `${text}...\n`, isDone: false });
const done = (text: string): Progress => ({ text: `${text}\n`, isDone: true });

function ofDeployment(deployment: Deployment, wanted: number): Progress {
  const { metadata, spec, status = {} } = deployment;
  const name = goQuote(metadata.name ?? '');
  if (wanted > 0) {
    const running = revisionOf(deployment);
    if (running === undefined)
      throw new CommandError(
        `cannot get the revision of deployment ${name}: strconv.ParseInt: parsing ${goQuote(metadata.annotations?.[REVISION] ?? '')}: invalid syntax`,
      );
    if (running !== wanted) throw new CommandError(`desired revision (${wanted}) is different from the running revision (${running})`);
  }
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0, conditions = [] } = status;
  if ((metadata.generation ?? 0) > observedGeneration) return waiting('Waiting for deployment spec update to be observed');
  if (conditions.find(({ type }) => type === 'Progressing')?.reason === 'ProgressDeadlineExceeded')
    throw new CommandError(`deployment ${name} exceeded its progress deadline`);
  const head = `Waiting for deployment ${name} rollout to finish`;
  if (spec.replicas !== undefined && updatedReplicas < spec.replicas)
    return waiting(`${head}: ${updatedReplicas} out of ${spec.replicas} new replicas have been updated`);
  if (replicas > updatedReplicas) return waiting(`${head}: ${replicas - updatedReplicas} old replicas are pending termination`);
  if (availableReplicas < updatedReplicas) return waiting(`${head}: ${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  return done(`deployment ${name} successfully rolled out`);
}

const onlyRolling = (): CommandError => new CommandError('rollout status is only available for RollingUpdate strategy type');

function ofDaemonSet({ metadata, spec, status }: DaemonSet): Progress {
  if (spec.updateStrategy?.type !== 'RollingUpdate') throw onlyRolling();
  const { observedGeneration = 0, updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  if ((metadata.generation ?? 0) > observedGeneration) return waiting('Waiting for daemon set spec update to be observed');
  const name = goQuote(metadata.name ?? '');
  const head = `Waiting for daemon set ${name} rollout to finish`;
  if (updatedNumberScheduled < desiredNumberScheduled)
    return waiting(`${head}: ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated`);
  if (numberAvailable < desiredNumberScheduled) return waiting(`${head}: ${numberAvailable} of ${desiredNumberScheduled} updated pods are available`);
  return done(`daemon set ${name} successfully rolled out`);
}

function ofStatefulSet({ metadata, spec, status }: StatefulSet): Progress {
  if (spec.updateStrategy?.type !== 'RollingUpdate') throw onlyRolling();
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0, updateRevision = '', currentRevision = '' } = status ?? {};
  if (observedGeneration === 0 || (metadata.generation ?? 0) > observedGeneration) return waiting('Waiting for statefulset spec update to be observed');
  const { replicas } = spec;
  if (replicas !== undefined && readyReplicas < replicas) return waiting(`Waiting for ${replicas - readyReplicas} pods to be ready`);
  const rolling = spec.updateStrategy.rollingUpdate;
  if (rolling) {
    const wanted = replicas === undefined || rolling.partition === undefined ? undefined : replicas - rolling.partition;
    if (wanted !== undefined && updatedReplicas < wanted)
      return waiting(`Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated`);
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (updateRevision !== currentRevision)
    return waiting(`waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}`);
  return done(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`);
}
