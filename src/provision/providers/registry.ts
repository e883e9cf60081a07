// What makes clusters on this machine, by the word that stands at `provider` in a cluster file.
import type * as z from 'zod/mini';
import { parseFile } from '../cluster-file/parse.ts';
import { kind } from './kind/provider.ts';
import { minikube } from './minikube/provider.ts';
import type { LocalCluster, LocalProvider } from './provider.ts';

/** A provider with the type of its file erased. */
export interface RegisteredProvider {
  readonly name: string;
  readonly schema: z.core.$ZodType;
  /** Throws CLUSTER_FILE_INVALID with every problem. */
  parse(source: string, fileName: string): LocalCluster;
}

const registered = <F>(provider: LocalProvider<F>): RegisteredProvider => ({
  name: provider.name,
  schema: provider.schema,
  parse: (source, fileName) => provider.cluster(parseFile(source, fileName, provider.schema, (file) => provider.relations(file))),
});

export const LOCAL_PROVIDERS: readonly RegisteredProvider[] = [registered(minikube), registered(kind)];
