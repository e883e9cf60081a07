// What the commands of `rollout` have in common: how they find their objects.
import { CommandError } from '../../failures.ts';
import { fileFlags, SELECTOR } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { select, type Selected } from '../../resources/builder.ts';

export const SUBJECT_FLAGS = { ...fileFlags('is meant'), selector: SELECTOR } as const;

interface Subject {
  readonly args: readonly string[];
  readonly flags: { readonly filename: readonly string[]; readonly kustomize: string; readonly recursive: boolean; readonly selector: string };
}

/** Throws kubectl's sentence where nothing is named. */
export function requireSubject({ args, flags }: Subject): void {
  if (!args.length && !flags.filename.length && !flags.kustomize) throw new CommandError('required resource not specified');
}

export async function selectSubject({ args, flags }: Subject, kubectl: Kubectl): Promise<Selected> {
  const namespace = await kubectl.namespace();
  return select(kubectl, {
    args,
    isTypeEnough: true,
    files: flags,
    namespace: namespace.name,
    enforceNamespace: namespace.isExplicit,
    labelSelector: flags.selector,
    continueOnError: true,
    latest: true,
    isTyped: true,
  });
}

/** To stderr: a selector matched nothing. */
export async function sayNothingFound(kubectl: Kubectl): Promise<void> {
  kubectl.complain(`No resources found in ${(await kubectl.namespace()).name} namespace.\n`);
}
