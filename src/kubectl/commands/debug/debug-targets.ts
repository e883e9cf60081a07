// The containers that debugging makes: within a pod, in a copy of it, on a node. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/debug/debug.go
import { builtInMergeSchema } from '../../../kube/machinery/built-in-merge.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { strategicDiff } from '../../../kube/machinery/strategic-diff.ts';
import { strategicMerge } from '../../../kube/machinery/strategic-merge.ts';
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { metadataOf, textField } from '../../resources/info.ts';
import { findContainer, listField, objectField, specOf } from '../../streams/pod-fields.ts';
import { PODS } from '../../streams/pods-of.ts';
import { changedContainer, type ApplyProfile, type Kept, type Style } from './profiles.ts';

export interface DebugWishes {
  readonly words: readonly string[];
  readonly wordsAreArguments: boolean;
  readonly container: string;
  readonly copyTo: string;
  readonly env: Readonly<Record<string, string>>;
  readonly image: string;
  readonly pullPolicy: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly replaces: boolean;
  readonly staysOnNode: boolean;
  readonly setImages: Readonly<Record<string, string>>;
  /** Undefined where nothing was said. */
  readonly sharesProcesses: boolean | undefined;
  readonly target: string;
  readonly apply: ApplyProfile;
  readonly kept: Kept;
  /** A partial container that has the last word. */
  readonly custom: JsonObject | undefined;
}
export interface Debugging {
  readonly pod: JsonObject;
  /** Empty where there is none to attach to. */
  readonly container: string;
}

/** Letters and digits of generated names. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;

export class Debugger {
  readonly #kubectl: Kubectl;
  readonly #wishes: DebugWishes;

  constructor(kubectl: Kubectl, wishes: DebugWishes) {
    this.#kubectl = kubectl;
    this.#wishes = wishes;
  }

  async onNode(node: JsonObject, namespace: string): Promise<Debugging> {
    const nodeName = textField(metadataOf(node), 'name');
    const container = this.#wishes.container || 'debugger';
    const name = `node-debugger-${nodeName}-${this.#suffix()}`;
    this.#say(`Creating debugging pod ${name} with container ${container} on node ${nodeName}.\n`);
    const draft = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
      spec: { containers: [this.#newContainer(container)], nodeName, restartPolicy: 'Never', tolerations: [{ operator: 'Exists' }] },
    };
    const pod = await (await this.#kubectl.client(PODS)).create({ namespace }, this.#finished(draft, container, 'node'));
    return { pod, container };
  }

  async inPod(pod: JsonObject): Promise<Debugging> {
    return this.#wishes.copyTo ? this.#inCopy(pod) : this.#besideOthers(pod);
  }

  async #besideOthers(pod: JsonObject): Promise<Debugging> {
    const name = this.#containerName(pod);
    const { target } = this.#wishes;
    const added = { ...this.#newContainer(name), ...(target ? { targetContainerName: target } : {}) };
    const spec = specOf(pod);
    const draft = { ...pod, spec: { ...spec, ephemeralContainers: [...listField(spec, 'ephemeralContainers'), added] } };
    const wanted = this.#finished(draft, name, 'ephemeral');
    this.#warnOfUser(wanted, name);
    const patch = strategicDiff(pod, wanted, builtInMergeSchema(pod));
    const client = await this.#kubectl.client(PODS);
    const { name: podName, namespace } = placeOf(pod);
    try {
      return { pod: await client.patch({ namespace, name: podName, subresource: 'ephemeralcontainers' }, 'strategic', patch), container: name };
    } catch (error) {
      if (!isNotFound(error) || error.toStatus().details?.name) throw error;
      throw new CommandError(`ephemeral containers are disabled for this cluster (error from server: ${goQuote(error.message)})`);
    }
  }

  async #inCopy(pod: JsonObject): Promise<Debugging> {
    const { pod: copy, container } = this.#copyOf(pod);
    if (container) this.#warnOfUser(copy, container);
    const client = await this.#kubectl.client(PODS);
    const { namespace, name } = placeOf(pod);
    const created = await client.create({ namespace }, copy);
    if (this.#wishes.replaces) await client.delete({ namespace, name }, { gracePeriodSeconds: 0 });
    return { pod: created, container };
  }

  #copyOf(pod: JsonObject): Debugging {
    const { copyTo, staysOnNode, sharesProcesses, setImages, image, container: wanted } = this.#wishes;
    const { labels, annotations } = metadataOf(pod);
    const { ephemeralContainers: _running, nodeName, ...spec } = specOf(pod);
    const containers = listField(spec, 'containers').map((each) => {
      const override = setImages[textField(each, 'name')] ?? setImages['*'];
      return override ? { ...each, image: override } : each;
    });
    const copy: JsonObject = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: copyTo, namespace: placeOf(pod).namespace, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
      spec: {
        ...spec,
        containers,
        ...(sharesProcesses === undefined ? {} : { shareProcessNamespace: sharesProcesses }),
        ...(staysOnNode && nodeName ? { nodeName } : {}),
      },
    };
    if (findContainer(copy, wanted)) return { pod: this.#finished(this.#withChanged(copy, wanted), wanted, 'copy'), container: wanted };
    if (!image && Object.keys(setImages).length) return { pod: copy, container: '' };
    if (!image) throw new CommandError('you must specify image when creating new container');
    const name = this.#containerName(copy);
    const added = { name, terminationMessagePolicy: 'File' };
    const larger = { ...copy, spec: { ...specOf(copy), containers: [...containers, added] } };
    return { pod: this.#finished(this.#withChanged(larger, name), name, 'copy'), container: name };
  }

  #withChanged(pod: JsonObject, name: string): JsonObject {
    const { words, wordsAreArguments, env, image, pullPolicy, stdin, tty } = this.#wishes;
    return changedContainer(pod, findContainer(pod, name)?.group ?? 'containers', name, ({ stdin: _stdin, tty: _tty, args, ...container }) => ({
      ...container,
      ...(args === undefined || (words.length && !wordsAreArguments) ? {} : { args }),
      ...(words.length ? { [wordsAreArguments ? 'args' : 'command']: words } : {}),
      ...(Object.keys(env).length ? { env: variables(env) } : {}),
      ...(image ? { image } : {}),
      ...(pullPolicy ? { imagePullPolicy: pullPolicy } : {}),
      ...(stdin ? { stdin } : {}),
      ...(tty ? { tty } : {}),
    }));
  }

  #newContainer(name: string): JsonObject {
    const { words, wordsAreArguments, env, image, pullPolicy, stdin, tty } = this.#wishes;
    return {
      name,
      image,
      resources: {},
      terminationMessagePolicy: 'File',
      ...(words.length ? { [wordsAreArguments ? 'args' : 'command']: words } : {}),
      ...(Object.keys(env).length ? { env: variables(env) } : {}),
      ...(pullPolicy ? { imagePullPolicy: pullPolicy } : {}),
      ...(stdin ? { stdin } : {}),
      ...(tty ? { tty } : {}),
    };
  }

  /** With what the profile does, and then the person's own. */
  #finished(pod: JsonObject, container: string, style: Style): JsonObject {
    const { apply, kept, custom } = this.#wishes;
    const applied = apply(pod, container, style, kept);
    if (!custom) return applied;
    const schema = builtInMergeSchema(pod)('spec')?.schema?.('containers')?.schema;
    const group = style === 'ephemeral' ? 'ephemeralContainers' : 'containers';
    return changedContainer(applied, group, container, (each) => strategicMerge(each, { ...custom, name: container }, schema));
  }

  #containerName(pod: JsonObject): string {
    if (this.#wishes.container) return this.#wishes.container;
    let name: string;
    do name = `debugger-${this.#suffix()}`;
    while (findContainer(pod, name));
    this.#say(`Defaulting debug container name to ${name}.\n`);
    return name;
  }

  #suffix(): string {
    return Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_LETTERS[this.#kubectl.ports.random(SUFFIX_LETTERS.length)]).join('');
  }

  #say(text: string): void {
    if (!this.#wishes.quiet) this.#kubectl.print(text);
  }

  /** What the profile gives is of little use to a user who is not root. */
  #warnOfUser(pod: JsonObject, name: string): void {
    const podUser = objectField(specOf(pod), 'securityContext')['runAsUser'];
    const context = objectField(findContainer(pod, name)?.container ?? {}, 'securityContext');
    const added = objectField(context, 'capabilities')['add'];
    const isGiven = context['privileged'] === true || (Array.isArray(added) && added.length > 0);
    if (!podUser || context['runAsUser'] === 0 || !isGiven) return;
    this.#kubectl.complain(
      'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n',
    );
  }
}

const variables = (env: Readonly<Record<string, string>>): readonly JsonObject[] => Object.entries(env).map(([name, value]) => ({ name, value }));

const placeOf = (object: JsonObject): { readonly namespace: string; readonly name: string } => ({
  namespace: textField(metadataOf(object), 'namespace'),
  name: textField(metadataOf(object), 'name'),
});
