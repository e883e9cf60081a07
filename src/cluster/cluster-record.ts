// What ckadet knows about a cluster that it made: one small file beside the cluster's data.
import * as z from 'zod/mini';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { readText, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { COMPONENTS } from './provider.ts';

export const DEFAULT_CLUSTER = 'cka';

const recordSchema = z.object({
  name: z.string(),
  workers: z.int().check(z.minimum(0)),
  disable: z.array(z.enum(COMPONENTS)),
  /** Arguments of the API server: `NAME=VALUE`. */
  apiServerArguments: z.exactOptional(z.array(z.string())),
  seed: z.int(),
  /** 0 lets the server take any. */
  port: z.int().check(z.minimum(0), z.maximum(65_535)),
  server: z.exactOptional(z.url()),
  /** The server's process; left out once it was stopped on purpose. */
  process: z.exactOptional(z.object({ pid: z.int().check(z.positive()), startedAt: z.exactOptional(z.string()) })),
  unsupported: z.array(z.string()),
  /** True from the beginning of the first `up` until the cluster was ready once: whoever finds it later begins anew. */
  unfinished: z.exactOptional(z.boolean()),
  /** For which piece of work (`tour`) the cluster was made, and by which process: that removes it, or the next one like it does. */
  temporary: z.exactOptional(z.object({ work: z.string(), pid: z.int().check(z.positive()), startedAt: z.exactOptional(z.string()) })),
});
export type ClusterRecord = Readonly<z.infer<typeof recordSchema>>;

export interface ClusterFolder {
  readonly root: string;
  readonly record: string;
  readonly kubeconfig: string;
  readonly data: string;
  readonly log: string;
  /** Why the server ended, in its own words. */
  readonly lastWords: string;
}

/** Where a cluster's files lie: `clusters/NAME/` in the state folder. */
export function clusterFolder(home: Home, name: string): ClusterFolder {
  const at = (...parts: readonly string[]): string => home.path('clusters', name, ...parts);
  return { root: at(), record: at('cluster.json'), kubeconfig: at('kubeconfig'), data: at('data'), log: at('server.log'), lastWords: at('last-words') };
}

export const contextOf = (name: string): string => `ckadet-${name}`;
/** The cluster that ckadet made, by its context; undefined for any other. */
export const clusterOfContext = (context: string): string | undefined => /^ckadet-(.+)$/.exec(context)?.[1];

/** A name that may stand in host names, contexts and paths. */
export function checkClusterName(name: string): void {
  if (/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) return;
  throw new AppError({
    code: 'INVALID_NAME',
    what: `a cluster cannot be named ${JSON.stringify(name)}`,
    why: 'a name has up to 40 lower-case letters, digits and dashes, and neither begins nor ends with a dash',
    exitCode: EXIT.usage,
  });
}

/** Undefined when there is no such cluster; rejects with CLUSTER_DAMAGED when its file makes no sense. */
export async function loadClusterRecord(home: Home, name: string): Promise<ClusterRecord | undefined> {
  const { record } = clusterFolder(home, name);
  const text = await readText(record);
  return text === undefined ? undefined : parseClusterRecord(text, record, name);
}

export function parseClusterRecord(text: string, file: string, name: string): ClusterRecord {
  const damaged = (why: string): AppError =>
    new AppError({
      code: 'CLUSTER_DAMAGED',
      what: `cannot read the cluster ${name}`,
      why: `${file}: ${why}`,
      next: [`mend the file, or remove the cluster: ckadet down ${name} --delete`],
      exitCode: EXIT.invalidFile,
    });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : 'it is not JSON');
  }
  const parsed = recordSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'it is not understood'}`);
}

export async function saveClusterRecord(home: Home, record: ClusterRecord): Promise<void> {
  await writeFileAtomic(clusterFolder(home, record.name).record, `${JSON.stringify(record, null, 2)}\n`);
}
