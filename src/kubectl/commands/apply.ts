// kubectl apply: brings the cluster to what manifests say. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go
import { sortedGoJson } from '../../kube/machinery/go-json.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { defineCommand, usageError, type Call } from '../command.ts';
import { CommandError, throwAll, withSource } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { printerFor, type ObjectPrinter } from '../printers/printer.ts';
import { select } from '../resources/builder.ts';
import { metadataOf, textField, type Info } from '../resources/info.ts';
import { describeInfo } from '../resources/sentences.ts';
import { cascadeOf } from '../writes/cascade.ts';
import { dryRunOf, fieldValidationOf, withDryRun, type DryRun } from '../writes/dry-run.ts';
import { LAST_APPLIED, lastAppliedOf, withLastApplied } from '../writes/last-applied.ts';
import { namePrinter } from '../printers/name-printer.ts';
import { APPLY_FLAGS, CLIENT_SIDE_MANAGER } from './apply/apply-flags.ts';
import { patchClientSide, PatchRefused } from './apply/client-side.ts';
import { prune, typesToPrune } from './apply/prune.ts';
import { applyServerSide, SERVER_SIDE_MANAGER } from './apply/server-side.ts';

type ApplyCall = Call<typeof APPLY_FLAGS>;

export const command = defineCommand({
  usage: '(-f FILENAME | -k DIRECTORY)',
  long: 'Brings objects to what files, folders, addresses or standard input say: what is missing is made, what differs is changed, what was applied once and is said no more is removed.\n\n What was applied is kept in an annotation; objects that were made otherwise get it when they are applied first.',
  examples: `# What a file describes
kubectl apply -f web.yaml

# A kustomization
kubectl apply -k overlays/test

# From standard input, merged by the server
cat web.yaml | kubectl apply --server-side -f -

# And delete what is in the file no more
kubectl apply --prune -f web.yaml -l app=shop`,
  flags: APPLY_FLAGS,
  async run(call, kubectl) {
    const applier = await Applier.of(call, kubectl);
    await applier.run();
  },
});

class Applier {
  readonly #call: ApplyCall;
  readonly #kubectl: Kubectl;
  readonly #dryRun: DryRun;
  readonly #fieldValidation: string;
  readonly #printer: ObjectPrinter | undefined;
  readonly #manager: string;
  readonly #deletion: JsonObject;
  readonly #namespaces = new Set<string>();
  readonly #uids = new Set<string>();

  static async of(call: ApplyCall, kubectl: Kubectl): Promise<Applier> {
    const { flags, args } = call;
    if (args.length) throw usageError(call, `Unexpected args: [${args.join(' ')}]`);
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    if (flags['force-conflicts'] && !flags['server-side']) throw new CommandError('--force-conflicts only works with --server-side');
    if (dryRun === 'client' && flags['server-side'])
      throw new CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    if (flags.subresource && !flags['server-side']) throw new CommandError('--subresource can only be specified for --server-side');
    const propagationPolicy = cascadeOf(flags.cascade, kubectl);
    if (!flags.filename.length && !flags.kustomize) throw new CommandError('must specify one of -f and -k');
    if (flags['server-side'] && flags.force) throw new CommandError('--force cannot be used with --server-side');
    if (dryRun === 'server' && flags.force) throw new CommandError('--dry-run=server cannot be used with --force');
    const fieldValidation = fieldValidationOf(flags.validate);
    if (flags.prune) await typesToPrune(flags['prune-allowlist'], kubectl);
    checkPrune(flags);
    const printer = flags.output === 'name' ? undefined : await printerFor(flags, kubectl.ports);
    return new Applier(call, kubectl, { dryRun, fieldValidation, printer, propagationPolicy });
  }

  private constructor(
    call: ApplyCall,
    kubectl: Kubectl,
    known: { readonly dryRun: DryRun; readonly fieldValidation: string; readonly printer: ObjectPrinter | undefined; readonly propagationPolicy: string },
  ) {
    this.#call = call;
    this.#kubectl = kubectl;
    this.#dryRun = known.dryRun;
    this.#fieldValidation = known.fieldValidation;
    this.#printer = known.printer;
    const { flags } = call;
    this.#manager = call.changed('field-manager') ? flags['field-manager'] : flags['server-side'] ? SERVER_SIDE_MANAGER : CLIENT_SIDE_MANAGER;
    this.#deletion = { ...(flags['grace-period'] >= 0 ? { gracePeriodSeconds: flags['grace-period'] } : {}), propagationPolicy: known.propagationPolicy };
  }

  async run(): Promise<void> {
    const { flags } = this.#call;
    const namespace = await this.#kubectl.namespace();
    if (namespace.isExplicit) this.#namespaces.add(namespace.name);
    const selected = await select(this.#kubectl, {
      files: flags,
      namespace: namespace.name,
      enforceNamespace: namespace.isExplicit,
      labelSelector: flags.selector,
      continueOnError: true,
      validates: this.#fieldValidation !== 'Ignore',
    });
    const { infos, error } = await selected.infos();
    const errors: Error[] = error ? [error] : [];
    if (!infos.length && !errors.length) throw new CommandError('no objects passed to apply');
    for (const info of infos) await this.#apply(info).catch((failure: unknown) => void errors.push(failure as Error));
    throwAll(errors);
    if (this.#printer) this.#printAll(infos, this.#printer);
    if (!flags.prune) return;
    await prune(
      {
        allowlist: flags['prune-allowlist'],
        namespaces: this.#namespaces,
        uids: this.#uids,
        labelSelector: flags.selector,
        dryRun: this.#dryRun,
        deletion: this.#deletion,
        report: (object) => this.#report(object, 'pruned'),
      },
      this.#kubectl,
    );
  }

  async #apply(info: Info): Promise<void> {
    if (info.isNamespaced) this.#namespaces.add(info.namespace);
    if (!info.name) {
      const generated = textField(metadataOf(info.content), 'generateName');
      if (generated) throw new CommandError(`from ${generated}: cannot use generate name with apply`);
    }
    await (this.#call.flags['server-side'] ? this.#applyOnServer(info) : this.#applyFromHere(info));
  }

  async #applyOnServer(info: Info): Promise<void> {
    const { flags } = this.#call;
    const write = { fieldManager: this.#manager, fieldValidation: this.#fieldValidation, dryRun: this.#dryRun === 'server', force: flags['force-conflicts'] };
    await applyServerSide(info, this.#kubectl, { write, subresource: flags.subresource, isDryRun: this.#dryRun !== 'none' });
    this.#warnIfDeleting(info);
    this.#visited(info);
    this.#tell(info, 'serverside-applied');
  }

  async #applyFromHere(info: Info): Promise<void> {
    const modified = withLastApplied(info.content);
    const write = { fieldManager: this.#manager, fieldValidation: this.#fieldValidation, dryRun: this.#dryRun === 'server' };
    const description = describeInfo(info);
    try {
      await info.get(this.#kubectl);
    } catch (error) {
      if (!isNotFound(error)) throw withSource(`retrieving current configuration of:\n${description}\nfrom server for:`, info.source, error);
      return this.#create(info, modified, write);
    }
    this.#visited(info);
    if (this.#dryRun === 'client') return this.#tell(info, 'configured');
    if (lastAppliedOf(info.content) === undefined)
      this.#kubectl.complain(
        `Warning: resource ${info.objectName} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
      );
    const { flags } = this.#call;
    const { patch, object } = await patchClientSide(info, this.#kubectl, {
      modified,
      write,
      force: flags.force,
      deletion: this.#deletion,
      timeoutMs: flags.timeout,
    }).catch((error: unknown) => {
      if (!(error instanceof PatchRefused)) throw error;
      throw withSource(`applying patch:\n${sortedGoJson(error.patch)}\nto:\n${describeInfo(info)}\nfor:`, info.source, error.cause);
    });
    info.refresh(object);
    this.#warnIfDeleting(info);
    this.#tell(info, Object.keys(patch).length ? 'configured' : 'unchanged');
  }

  async #create(
    info: Info,
    modified: JsonObject,
    write: { readonly fieldManager: string; readonly fieldValidation: string; readonly dryRun: boolean },
  ): Promise<void> {
    info.object = modified;
    if (this.#dryRun !== 'client' && info.client)
      info.refresh(
        await info.client.create({ namespace: info.namespace }, modified, write).catch((error: unknown) => {
          throw withSource('creating', info.source, error);
        }),
      );
    this.#visited(info);
    this.#tell(info, 'created');
  }

  #visited(info: Info): void {
    this.#uids.add(textField(metadataOf(info.content), 'uid'));
  }

  #warnIfDeleting(info: Info): void {
    if (textField(metadataOf(info.content), 'deletionTimestamp'))
      this.#kubectl.complain(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`);
  }

  /** With a format of its own everything is printed at the end, as one. */
  #tell(info: Info, operation: string): void {
    if (!this.#printer) this.#report(info.content, operation);
  }

  #report(object: JsonObject, operation: string): void {
    const printer = namePrinter(this.#call.flags.output === 'name' ? '' : withDryRun(operation, this.#dryRun));
    this.#kubectl.print(printer.print(object));
  }

  #printAll(infos: readonly Info[], printer: ObjectPrinter): void {
    const [only] = infos;
    const object: JsonObject =
      infos.length === 1 && only ? only.content : { apiVersion: 'v1', items: infos.map((info) => info.content), kind: 'List', metadata: {} };
    this.#kubectl.print(printer.print(object));
  }
}

function checkPrune({ prune: prunes, all, selector }: ApplyCall['flags']): void {
  if (all && selector) throw new CommandError('cannot set --all and --selector at the same time');
  if (prunes && !all && !selector)
    throw new CommandError(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
}
