// The frame that was made last, for all watchers of one event: they ask for it one after the other. No copy stays behind it.
import type { WatchEvent } from '../../../kube/client/api-client.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { watchFrame } from '../serializer/encode.ts';
import type { Encoding } from '../serializer/negotiate.ts';

export class SharedFrame {
  #object: KubeObject | undefined;
  #type = '';
  #encoding: Encoding = 'json';
  #frame: readonly Uint8Array[] = [];

  of(event: WatchEvent<KubeObject>, encoding: Encoding, schema: string): readonly Uint8Array[] {
    const { type, object } = event;
    if (object !== this.#object || type !== this.#type || encoding !== this.#encoding) {
      this.#frame = [Buffer.concat(watchFrame(event, encoding, schema))];
      this.#object = object;
      this.#type = type;
      this.#encoding = encoding;
    }
    return this.#frame;
  }
}

const shared = new WeakMap<object, SharedFrame>();
/** One for each server. */
export function sharedFrameOf(server: object): SharedFrame {
  let frame = shared.get(server);
  if (!frame) shared.set(server, (frame = new SharedFrame()));
  return frame;
}
