// Which kinds have a history, and what is said of those that have none. Models kubernetes/staging/src/k8s.io/kubectl/pkg/apps/kind_visitor.go
import type { ApiResource } from '../client/discovery.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { kindText } from '../resources/kind-text.ts';

/** Kinds of workloads without revisions: nothing was made for them. Of anything else not even that is known. */
const WORKLOADS = ['Job.batch', 'CronJob.batch', 'Pod', 'ReplicaSet.apps', 'ReplicationController'];

/** `what` is upstream's name for what is missing: `history`, or `rollbacker`; `viewer` what would have been made. */
export function noRevisions(resource: ApiResource, { what, viewer }: { readonly what: string; readonly viewer: string }): CommandError {
  const kind = goQuote(kindText(resource));
  return new CommandError(
    WORKLOADS.includes(kindText(resource))
      ? `no ${viewer} has been implemented for ${kind}`
      : `error retrieving ${what} for ${kind}, no visitor method exists for {${resource.group} ${resource.kind}}`,
  );
}
