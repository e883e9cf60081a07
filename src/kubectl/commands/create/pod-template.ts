// The pods that generators describe: one container or several, with images and a command.
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';

interface ContainerParts {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly JsonObject[];
  readonly env?: readonly JsonObject[];
  /** Fields behind the resources, in their order. */
  readonly more?: Readonly<Record<string, JsonValue>>;
}

const unlessEmpty = (field: string, list: readonly JsonValue[] = []): Readonly<Record<string, JsonValue>> => (list.length ? { [field]: list } : {});

export const container = (name: string, image: string, { command, args, ports, env, more = {} }: ContainerParts = {}): JsonObject => ({
  name,
  ...(image ? { image } : {}),
  ...unlessEmpty('command', command),
  ...unlessEmpty('args', args),
  ...unlessEmpty('ports', ports),
  ...unlessEmpty('env', env),
  resources: {},
  ...more,
});
