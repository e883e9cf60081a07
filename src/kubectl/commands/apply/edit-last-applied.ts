// kubectl apply edit-last-applied: the annotation of `apply` in the person's editor. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_edit_last_applied.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { fieldManager } from '../../flags/sets.ts';
import { select } from '../../resources/builder.ts';
import { documentsIn } from '../../resources/documents.ts';
import { infoOfObject } from '../../resources/flatten.ts';
import type { Info } from '../../resources/info.ts';
import { fieldValidationOf } from '../../writes/dry-run.ts';
import { lastAppliedOf } from '../../writes/last-applied.ts';
import { recorded } from '../../writes/record.ts';
import { EDIT_FLAGS } from '../edit/edit-flags.ts';
import { Editing } from '../edit/editing.ts';
import { CLIENT_SIDE_MANAGER } from './apply-flags.ts';

export const command = defineCommand({
  usage: '(RESOURCE/NAME | -f FILENAME)',
  long: 'Opens what was applied last in an editor, and keeps what was made of it.',
  examples: `kubectl apply edit-last-applied deployment/web`,
  flags: { ...EDIT_FLAGS, 'field-manager': fieldManager(CLIENT_SIDE_MANAGER) },
  async run(call, kubectl) {
    const { flags, args } = call;
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const selection = { args, files: flags, isTypeEnough: true, namespace, enforceNamespace: isExplicit, continueOnError: true, latest: true };
    const selected = await select(kubectl, selection);
    const fieldValidation = fieldValidationOf(flags.validate);
    const { infos, error } = await selected.infos();
    if (error) throw error;
    const applied: Info[] = [];
    for (const info of infos) {
      const text = lastAppliedOf(info.content);
      if (text === undefined) continue;
      for (const object of documentsIn(text, 'edited-file')) applied.push(await infoOfObject(kubectl, object, { local: false, source: 'edited-file' }));
    }
    if (!applied.length)
      throw new CommandError(
        'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`',
      );
    const editing = new Editing(kubectl, {
      mode: 'last-applied',
      flags,
      fieldManager: flags['field-manager'],
      fieldValidation,
      windowsLineEndings: flags['windows-line-endings'],
      recorded: (object) => recorded(call, object),
    });
    await editing.edit(applied);
  },
});
