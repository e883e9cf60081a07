// kustomize build: a folder with a kustomization to the manifests it means.
import { CommandError } from '../failures.ts';
import type { Ports } from '../ports.ts';

export async function buildToYaml(folder: string, _ports: Ports): Promise<string> {
  throw new CommandError(`kustomizations are not built yet: ${folder}`);
}
