// Editing objects until what was made of them is accepted, or the person gives up. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go
import { messageOf } from '../../../errors/app-error.ts';
import { builtInMergeSchema } from '../../../kube/machinery/built-in-merge.ts';
import { sortedGoJson } from '../../../kube/machinery/go-json.ts';
import { goYaml } from '../../../kube/machinery/go-yaml.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { isNotFound, isStatusError, StatusError } from '../../../kube/machinery/status-error.ts';
import { strategicDiff } from '../../../kube/machinery/strategic-diff.ts';
import { parseYaml } from '../../../kube/machinery/yaml.ts';
import { isBuiltInGroup } from '../../client/built-in-groups.ts';
import { CommandError, Exit } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { printerFor, type PrintChoice } from '../../printers/printer.ts';
import { namePrinter } from '../../printers/name-printer.ts';
import { documentsIn } from '../../resources/documents.ts';
import { infoOfObject } from '../../resources/flatten.ts';
import { groupKindOf, isList, metadataOf, textField, withoutManagedFields, type Info } from '../../resources/info.ts';
import { withLastApplied } from '../../writes/last-applied.ts';
import { mergePatchBetween } from '../../writes/merge-patch.ts';
import { contentOf, hasContent, headerText, withoutComments, type EditMode, type EditReason } from './edit-text.ts';
import { editText, EditorFailed } from './editor.ts';

export interface EditOptions {
  readonly mode: EditMode;
  readonly flags: PrintChoice;
  readonly fieldManager: string;
  readonly fieldValidation: string;
  readonly windowsLineEndings: boolean;
  readonly outputPatch?: boolean;
  readonly savesConfig?: boolean;
  readonly subresource?: string;
  /** What --record adds. */
  readonly recorded: (object: JsonObject) => JsonObject;
}

interface Round {
  readonly reasons: EditReason[];
  /** Objects that have to be edited again. */
  invalid: number;
  retryable: number;
  missing: number;
}
const newRound = (): Round => ({ reasons: [], invalid: 0, retryable: 0, missing: 0 });

export class Editing {
  readonly #kubectl: Kubectl;
  readonly #options: EditOptions;
  readonly #isJson: boolean;

  constructor(kubectl: Kubectl, options: EditOptions) {
    this.#kubectl = kubectl;
    this.#options = options;
    this.#isJson = options.flags.output === 'json';
  }

  async edit(infos: readonly Info[]): Promise<void> {
    const { files } = this.#kubectl.ports;
    const original = this.#printed(infos.map((info) => withoutManagedFields(info.content)));
    let round = newRound();
    let edited = '';
    let file = '';
    for (let isAgain = false; ;) {
      const head = this.#isJson ? '' : this.#lines(headerText(this.#options.mode, round.reasons));
      const before = edited;
      const text = `${head}${isAgain ? withoutComments(edited) : original}`;
      const kept = file;
      const result = await editText(text, this.#isJson ? '.json' : '.yaml', this.#kubectl.ports).catch((error: unknown) => {
        if (!(error instanceof EditorFailed)) throw error;
        return this.#preserved(error, kept);
      });
      edited = result.text;
      file = result.path;
      if (isAgain && contentOf(before) === contentOf(edited)) return this.#preserved(new CommandError('Edit cancelled, no valid changes were saved.'), file);
      if (kept) await files.remove(kept);
      const problem = problemOf(withoutComments(edited));
      if (problem !== undefined) {
        round = newRound();
        isAgain = true;
        const [first] = infos;
        if (first) this.#complain(addError(round, invalidFile(problem), first));
        continue;
      }
      if (contentOf(original) === contentOf(edited)) return this.#cancelled('Edit cancelled, no changes made.', file);
      if (!hasContent(edited)) return this.#cancelled('Edit cancelled, saved file was empty.', file);
      round = newRound();
      let updates: readonly Info[];
      try {
        updates = await this.#infosIn(edited);
      } catch (error) {
        isAgain = true;
        round.reasons.push({ head: `The edited file had a syntax error: ${messageOf(error)}`, other: [] });
        continue;
      }
      isAgain = false;
      try {
        await this.#send(infos, updates, round);
      } catch (error) {
        return this.#preserved(error as Error, file);
      }
      if (round.retryable) {
        this.#kubectl.complain(`You can run \`kubectl replace -f ${file}\` to try this update again.\n`);
        throw new Exit(1);
      }
      if (round.missing) {
        this.#kubectl.complain(`The edits you made on deleted resources have been saved to ${goQuote(file)}\n`);
        throw new Exit(1);
      }
      if (!round.invalid) return files.remove(file);
      isAgain = round.reasons.length > 0;
    }
  }

  #printed(objects: readonly JsonObject[]): string {
    const [only] = objects;
    const object: JsonObject = objects.length === 1 && only ? only : { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
    return this.#lines(this.#isJson ? `${sortedGoJson(object, 4)}\n` : goYaml(object));
  }

  #lines(text: string): string {
    return this.#options.windowsLineEndings ? text.replaceAll('\n', '\r\n') : text;
  }

  async #preserved(error: Error, file: string): Promise<never> {
    const isThere = file !== '' && (await this.#isThere(file));
    if (isThere) this.#kubectl.complain(`A copy of your changes has been stored to ${goQuote(file)}\n`);
    throw error;
  }

  async #isThere(file: string): Promise<boolean> {
    try {
      await this.#kubectl.ports.files.stat(file);
      return true;
    } catch {
      return false; // the person has taken it away
    }
  }

  async #cancelled(sentence: string, file: string): Promise<void> {
    await this.#kubectl.ports.files.remove(file);
    this.#kubectl.complain(`${sentence}\n`);
  }

  #complain(line: string): void {
    this.#kubectl.complain(`${line}\n`);
  }

  async #infosIn(text: string): Promise<readonly Info[]> {
    const infos: Info[] = [];
    for (const document of documentsIn(text, 'edited-file'))
      for (const object of isList(document) ? document.items : [document])
        infos.push(await infoOfObject(this.#kubectl, object, { local: false, source: 'edited-file' }));
    return infos;
  }

  async #send(infos: readonly Info[], updates: readonly Info[], round: Round): Promise<void> {
    const { name: namespace } = await this.#kubectl.namespace();
    const { mode, savesConfig = false, recorded } = this.#options;
    for (const info of updates) {
      requireNamespace(info, namespace);
      if (savesConfig) info.object = withLastApplied(info.content);
      info.object = recorded(info.content);
    }
    for (const info of updates) {
      if (mode === 'create') await this.#create(info);
      else await this.#change(info, originalOf(info, infos), round);
    }
  }

  async #report(object: JsonObject, operation: string): Promise<void> {
    const printer = (await printerFor(this.#options.flags, this.#kubectl.ports)) ?? namePrinter(operation);
    this.#kubectl.print(printer.print(object));
  }

  async #create(info: Info): Promise<void> {
    const { fieldManager, fieldValidation } = this.#options;
    const made = await info.client?.create({ namespace: info.namespace }, info.content, { fieldManager, fieldValidation });
    if (made) await this.#report(made, 'created');
  }

  async #change(info: Info, original: JsonObject, round: Round): Promise<void> {
    const { mode, fieldManager, fieldValidation, outputPatch = false, subresource = '' } = this.#options;
    const edited = info.content;
    const managed = metadataOf(original)['managedFields'];
    const whole = managed === undefined ? edited : { ...edited, metadata: { ...metadataOf(edited), managedFields: managed } };
    if (jsonEqual(original, whole)) return this.#report(whole, 'skipped');
    const write = { fieldManager, fieldValidation };
    if (mode === 'last-applied') {
      const { name: namespace } = await this.#kubectl.namespace();
      const annotated = withAnnotationOf(edited);
      await info.client?.patch({ namespace, name: info.name }, 'merge', mergePatchBetween(edited, annotated), write);
      return this.#report(edited, 'edited');
    }
    const isStrategic = isBuiltInGroup(groupKindOf(edited).group);
    const patch = isStrategic ? strategicDiff(original, whole, builtInMergeSchema(whole)) : mergePatchBetween(original, whole);
    const metadata = patch['metadata'];
    if (patch['apiVersion'] !== undefined || patch['kind'] !== undefined || (isJsonObject(metadata) && metadata['name'] !== undefined))
      throw new CommandError('At least one of apiVersion, kind and name was changed');
    if (outputPatch) this.#kubectl.print(`Patch: ${sortedGoJson(patch)}\n`);
    try {
      const place = { namespace: info.namespace, name: info.name, subresource };
      const patched = await info.client?.patch(place, isStrategic ? 'strategic' : 'merge', patch, write);
      if (patched) await this.#report(patched, 'edited');
    } catch (error) {
      this.#complain(addError(round, error, info));
    }
  }
}

function withAnnotationOf(object: JsonObject): JsonObject {
  const metadata = metadataOf(object);
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  const text = `${sortedGoJson(object)}\n`;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': text } } };
}

function originalOf({ content }: Info, infos: readonly Info[]): JsonObject {
  const uid = textField(metadataOf(content), 'uid');
  const found = infos.find((info) => textField(metadataOf(info.content), 'uid') === uid);
  if (!found) throw new CommandError(`no original object found for &unstructured.Unstructured{Object:${sortedGoJson(content)}}`);
  return found.content;
}

function requireNamespace(info: Info, namespace: string): void {
  if (!info.isNamespaced) return;
  if (!info.namespace) {
    info.namespace = namespace;
    info.object = { ...info.content, metadata: { ...metadataOf(info.content), namespace } };
  } else if (info.namespace !== namespace)
    throw new CommandError(
      `the namespace from the provided object ${goQuote(info.namespace)} does not match the namespace ${goQuote(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
    );
}

/** Why the text is no object at all; undefined for one. */
function problemOf(text: string): string | undefined {
  let value: JsonValue;
  try {
    value = parseYaml(text).value as JsonValue;
  } catch (error) {
    return messageOf(error);
  }
  if (!isJsonObject(value)) return 'invalid object to validate';
  const missing = ['apiVersion', 'kind'].filter((field) => !textField(value, field)).map((field) => `${field} not set`);
  return missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
}

const invalidFile = (problem: string): StatusError =>
  new StatusError({
    code: 422,
    reason: 'Invalid',
    message: problem,
    details: { causes: [{ field: '<nil>', message: `Invalid value: "The edited file failed validation": ${problem}` }] },
  });

/** Notes what went wrong with an object; returns what is said of it. */
function addError(round: Round, error: unknown, { resource, name }: Info): string {
  const what = `${resource?.resource ?? ''}${resource?.group ? `.${resource.group}` : ''} ${goQuote(name)}`;
  if (isStatusError(error, 'Invalid')) {
    round.invalid++;
    const causes = error.toStatus().details?.causes ?? [];
    round.reasons.push({ head: `${what} was not valid`, other: causes.map(({ field = '', message = '' }) => `${field}: ${message}`) });
    return `error: ${what} is invalid`;
  }
  if (isNotFound(error)) {
    round.missing++;
    return `error: ${what} could not be found on the server`;
  }
  round.retryable++;
  return `error: ${what} could not be patched: ${messageOf(error)}`;
}
