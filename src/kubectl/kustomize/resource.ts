// One object of a build, with the names it had on the way. Models kustomize/api/resource
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { CLUSTER_SCOPED } from './field-specs.ts';

export interface Identity {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export interface GeneratedFrom {
  readonly behavior: 'create' | 'merge' | 'replace';
  readonly hasHash: boolean;
}

export class Resource {
  object: JsonObject;
  /** As it was named before, oldest first. */
  previous: Identity[] = [];
  prefixes: string[] = [];
  suffixes: string[] = [];
  generated: GeneratedFrom | undefined;

  constructor(object: JsonObject, generated?: GeneratedFrom) {
    this.object = object;
    this.generated = generated;
  }

  get id(): Identity {
    const { apiVersion, kind } = this.object;
    const text = typeof apiVersion === 'string' ? apiVersion : '';
    const slash = text.indexOf('/');
    const metadata = this.metadata;
    return {
      group: slash < 0 ? '' : text.slice(0, slash),
      version: text.slice(slash + 1),
      kind: typeof kind === 'string' ? kind : '',
      name: stringOf(metadata['name']),
      namespace: stringOf(metadata['namespace']),
    };
  }
  /** As it was when it was read. */
  get originalId(): Identity {
    return this.previous[0] ?? this.id;
  }
  get ids(): readonly Identity[] {
    return [...this.previous, this.id];
  }
  get metadata(): JsonObject {
    const { metadata } = this.object;
    return isJsonObject(metadata) ? metadata : {};
  }
  setMetadata(metadata: JsonObject): void {
    this.object = { ...this.object, metadata };
  }
  remember(): void {
    const now = this.id;
    const last = this.previous.at(-1);
    if (!last || last.name !== now.name || last.namespace !== now.namespace || last.kind !== now.kind) this.previous = [...this.previous, now];
  }
  get isClusterScoped(): boolean {
    return CLUSTER_SCOPED.has(this.id.kind);
  }
}

export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const sameId = (a: Identity, b: Identity): boolean =>
  a.group === b.group && a.kind === b.kind && a.name === b.name && (a.namespace || 'default') === (b.namespace || 'default');

/** As kustomize writes an identity: `Deployment.v1.apps/web.[noNs]`. */
export const idText = ({ group, version, kind, name, namespace }: Identity): string =>
  `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}/${name || '[noName]'}.${namespace || '[noNs]'}`;
