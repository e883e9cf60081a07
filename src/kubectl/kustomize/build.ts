// kustomize build: a folder with a kustomization to the manifests it means. Models kustomize/api/krusty/kustomizer.go
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { Ports } from '../ports.ts';
import { Folder, isRemote } from './loading.ts';
import { inOrder } from './order.ts';
import { Target } from './target.ts';
import { CommandError } from '../failures.ts';

/** Objects that are only for those who read the folder. */
const LOCAL = 'config.kubernetes.io/local-config';

type Means = Pick<Ports, 'files' | 'env' | 'stderr'>;

/** The objects in their order. `isOpen` lets it read files outside of the folder. Rejects in kustomize's words. */
export async function buildKustomization(path: string, { files, env, stderr }: Means, isOpen = false): Promise<readonly JsonObject[]> {
  if (isRemote(path)) throw new CommandError(`remote kustomization '${path}' is not supported by this kubectl: keep a copy of it`);
  const target = await Target.in(await Folder.at(path, files, isOpen), { env, stderr });
  const resources = await target.build();
  return inOrder(resources, target.kustomization['sortOptions'])
    .filter(({ metadata }) => !isLocal(metadata['annotations']))
    .map(({ object }) => object);
}

export const manifestsOf = (objects: readonly JsonObject[]): string => objects.map((object) => goYaml(object)).join('---\n');

const isLocal = (annotations: unknown): boolean =>
  typeof annotations === 'object' && annotations !== null && LOCAL in annotations && (annotations as Readonly<Record<string, unknown>>)[LOCAL] !== 'false';
