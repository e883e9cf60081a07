// How one object is described: it is asked for anew, its description is written, and what happened to it stands below.
import type { Event } from '../../kube/api/core-v1.ts';
import { events } from '../../kube/api/resources.ts';
import { humanAge } from '../../kube/machinery/human-duration.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { KubeObject, ResourceRef } from '../../kube/machinery/object.ts';
import type { ListQuery } from '../client/resource-client.ts';
import type { Kubectl } from '../kubectl.ts';
import { isList, metadataOf, textField } from '../resources/info.ts';
import { listFailure } from '../resources/list-failure.ts';
import { writeEvents } from './events.ts';
import { DescribeWriter } from './writer.ts';

export interface Place {
  readonly namespace: string;
  readonly name: string;
}
/** Resolves with the whole description. Rejects with StatusError. */
export type Describer = (place: Place, means: DescribeMeans) => Promise<string>;

export interface DescribeSettings {
  readonly showEvents: boolean;
  readonly chunkSize: number;
}

export class DescribeMeans {
  readonly kubectl: Kubectl;
  readonly settings: DescribeSettings;

  constructor(kubectl: Kubectl, settings: DescribeSettings) {
    this.kubectl = kubectl;
    this.settings = settings;
  }

  get now(): number {
    return this.kubectl.ports.clock.now();
  }
  age(timestamp: string | null | undefined): string {
    return humanAge(timestamp, this.now);
  }

  async get<T extends KubeObject>(resource: ResourceRef<T>, place: Place): Promise<T> {
    return (await (await this.kubectl.client(resource)).get(place)) as unknown as T;
  }

  /** Page by page, as large as --chunk-size says. */
  async list<T extends KubeObject>(resource: ResourceRef<T>, namespace: string, query: ListQuery = {}): Promise<T[]> {
    const client = await this.kubectl.client(resource);
    const found: JsonObject[] = [];
    for (let token: string | undefined; ;) {
      const page: JsonObject = await client.list({ namespace }, { ...query, limit: this.settings.chunkSize, continue: token }).catch((error: unknown) => {
        throw listFailure(error, resource.resource, query);
      });
      if (isList(page)) found.push(...page.items);
      token = textField(metadataOf(page), 'continue') || undefined;
      if (token === undefined) return found as unknown as T[];
    }
  }

  /** Of one object. Rejects when they cannot be listed. */
  findEvents({ kind, name = '', namespace = '', uid = '' }: EventSubject): Promise<Event[]> {
    const terms = {
      'involvedObject.name': name,
      'involvedObject.namespace': namespace,
      ...(kind === undefined ? {} : { 'involvedObject.kind': kind }),
      ...(uid ? { 'involvedObject.uid': uid } : {}),
    };
    const fieldSelector = Object.entries(terms)
      .map(([field, value]) => `${field}=${value.replace(/[\\,=]/g, String.raw`\$&`)}`)
      .join(',');
    return this.list(events, namespace, { fieldSelector });
  }
  /** Who may not see them sees none. */
  async eventsOf(subject: EventSubject): Promise<Event[]> {
    return this.findEvents(subject).catch(() => []);
  }
}

interface EventSubject {
  /** Undefined asks for those of any kind. */
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly uid: string | undefined;
}
export const subjectOf = (kind: string, { metadata: { name, namespace, uid } }: Pick<KubeObject, 'metadata'>): EventSubject => ({ kind, name, namespace, uid });

type Write<T> = (w: DescribeWriter, object: T, means: DescribeMeans) => Promise<void> | void;

/** The usual way: the object in one version of its resource, and its events behind it. */
export function describerOf<T extends KubeObject>(resource: ResourceRef<T>, write: Write<T>, { withEvents = true } = {}): Describer {
  return async ({ namespace, name }, means) => {
    const object = await means.get(resource, { namespace, name });
    const w = new DescribeWriter();
    await write(w, object, means);
    if (withEvents && means.settings.showEvents) writeEvents(w, await means.eventsOf(subjectOf(resource.kind, object)), means.now);
    return w.text;
  };
}
