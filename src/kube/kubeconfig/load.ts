// Finds, reads and merges kubeconfig files as kubectl does: the first file that sets a value wins.
// Models kubernetes/staging/src/k8s.io/client-go/tools/clientcmd/loader.go
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { readText } from '../../platform/files.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { parseKubeconfig } from './parse.ts';

export interface KubeconfigSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As given with `--kubeconfig`: this file alone, and it must exist. */
  readonly file?: string;
}

/** The files that would be read: those of $KUBECONFIG, or ~/.kube/config. */
function kubeconfigFiles(env: KubeconfigSource['env']): readonly string[] {
  const listed = [...new Set((env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean))];
  return listed.length > 0 ? listed.map((file) => resolve(file)) : [join(env['HOME'] || homedir(), '.kube', 'config')];
}

export async function loadKubeconfig({ env, file }: KubeconfigSource): Promise<Kubeconfig> {
  if (file !== undefined) {
    const text = await readText(file);
    if (text === undefined)
      throw new AppError({ code: 'KUBECONFIG_NOT_FOUND', what: `there is no kubeconfig ${file}`, next: ['check the path'], exitCode: EXIT.invalidFile });
    return parseKubeconfig(text, file);
  }
  const texts = await Promise.all(kubeconfigFiles(env).map(async (each) => ({ file: each, text: await readText(each) })));
  return mergeKubeconfigs(texts.flatMap(({ file: each, text }) => (text === undefined ? [] : [parseKubeconfig(text, each)])));
}

function mergeKubeconfigs(parts: readonly Kubeconfig[]): Kubeconfig {
  const merge = <T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> => new Map(maps.toReversed().flatMap((map) => [...map]));
  return {
    files: parts.flatMap((part) => part.files),
    currentContext: parts.find((part) => part.currentContext !== undefined)?.currentContext,
    clusters: merge(parts.map((part) => part.clusters)),
    users: merge(parts.map((part) => part.users)),
    contexts: merge(parts.map((part) => part.contexts)),
  };
}
