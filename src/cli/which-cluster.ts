// Which cluster a command of `ckadet cluster` is about, by one rule for all of them: NAME of one that was made from here, or -f FILE, or cluster.yaml.
// What is advised in the end names it the same way.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { Interrupted } from '../errors/interrupted.ts';
import { shellWord } from '../platform/shell-quote.ts';
import type { AnyCluster, ClusterOfHosts } from '../provision/load.ts';
import type { CommandContext } from './context.ts';

export const CLUSTER_FILE = 'cluster.yaml';

export const nameArgument = { summary: 'a cluster that was made from here', completes: 'made' } as const;
export const fileOption = {
  summary: `the cluster file; ${CLUSTER_FILE} if neither NAME nor a file is given`,
  short: 'f',
  value: 'file',
  completes: 'files',
} as const;

export interface Which {
  readonly name: string | undefined;
  readonly file: string | undefined;
}

/** The text with the cluster in every command that it advises: whoever typed `-f FILE` has to type it there, too. */
export type Repeat = (text: string) => string;

/** Another cluster's commands name their file already. */
const ADVISED = /\bckadet cluster (validate|plan|create|status|kubeconfig|creds|ssh|drill|reset|delete)\b(?! (?:-f|--cluster|\|))/g;

export function repeated({ name, file }: Which): Repeat {
  const words = name !== undefined ? name : file !== undefined ? `-f ${shellWord(file)}` : '';
  if (words === '') return (text) => text;
  const ofSsh = name !== undefined ? `--cluster ${name}` : words;
  return (text) =>
    text.replaceAll(ADVISED, (command: string, verb: string, at: number) => {
      const added = ` ${verb === 'ssh' ? ofSsh : words}`;
      return text.startsWith(added, at + command.length) ? command : command + added;
    });
}

/**
 * Does the work with the cluster; what it throws advises commands for that cluster. `left` says what is left behind when the work is stopped now,
 * and what to type next; nothing while it says nothing.
 */
export async function withCluster<T>(
  which: Which,
  context: CommandContext,
  work: (cluster: AnyCluster, repeat: Repeat) => Promise<T>,
  left: () => string | undefined = () => undefined,
): Promise<T> {
  const repeat = repeated(which);
  try {
    return await work(await find(which, context), repeat);
  } catch (error) {
    if (error instanceof Interrupted) {
      const said = left();
      if (said !== undefined) context.out.warn(repeat(said));
    }
    throw error instanceof AppError ? advising(error, repeat) : error;
  }
}

/** The same for what only clusters of hosts have. */
export const withHosts = <T>(
  which: Which,
  context: CommandContext,
  work: (loaded: ClusterOfHosts, repeat: Repeat) => Promise<T>,
  left?: () => string | undefined,
): Promise<T> =>
  withCluster(
    which,
    context,
    async (cluster, repeat) => {
      const { demandHosts } = await import('../provision/load.ts');
      return work(demandHosts(cluster), repeat);
    },
    left,
  );

async function find({ name, file }: Which, { home, out }: CommandContext): Promise<AnyCluster> {
  if (name !== undefined && file !== undefined)
    throw new AppError({
      code: 'TWO_CLUSTERS',
      what: `${JSON.stringify(name)} and the file ${file} are both given`,
      why: 'a cluster is named or its file is given, not both',
      next: ['leave one of them out'],
      exitCode: EXIT.usage,
    });
  if (name === undefined) {
    const { loadAnyCluster } = await import('../provision/load.ts');
    return loadAnyCluster(file ?? CLUSTER_FILE);
  }
  const { loadKnown } = await import('../provision/known-cluster.ts');
  const { cluster, remark } = await loadKnown(home, name);
  if (remark !== undefined) out.warn(remark);
  return cluster;
}

function advising(error: AppError, repeat: Repeat): AppError {
  const { code, what, why, next, exitCode } = error;
  return new AppError({ code, what, ...(why === undefined ? {} : { why: repeat(why) }), next: next.map(repeat), exitCode, cause: error });
}
