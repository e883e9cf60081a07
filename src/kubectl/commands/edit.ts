// kubectl edit: objects of the server in the person's editor. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/edit/edit.go
import { defineCommand } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool } from '../flags/flag.ts';
import { fieldManager, SUBRESOURCE } from '../flags/sets.ts';
import { select } from '../resources/builder.ts';
import { fieldValidationOf } from '../writes/dry-run.ts';
import { recorded } from '../writes/record.ts';
import { SAVE_CONFIG } from './create/generated.ts';
import { EDIT_FLAGS } from './edit/edit-flags.ts';
import { Editing } from './edit/editing.ts';

export const command = defineCommand({
  usage: '(RESOURCE/NAME | -f FILENAME)',
  long: 'Opens objects in an editor and sends what was changed.\n\n The editor is the one that KUBE_EDITOR or EDITOR names, vi without them. What the server refuses is opened again, with the reasons above it.',
  examples: `# A service
kubectl edit svc/web

# With another editor
KUBE_EDITOR="nano" kubectl edit deployment/web

# As JSON
kubectl edit job/once -o json`,
  flags: {
    ...EDIT_FLAGS,
    'field-manager': fieldManager('kubectl-edit'),
    'output-patch': bool('Show the patch that is sent.'),
    'save-config': SAVE_CONFIG,
    subresource: SUBRESOURCE,
  },
  async run(call, kubectl) {
    const { flags, args } = call;
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const selected = await select(kubectl, {
      args,
      files: flags,
      isTypeEnough: true,
      namespace,
      enforceNamespace: isExplicit,
      continueOnError: true,
      latest: true,
      subresource: flags.subresource,
    });
    const fieldValidation = fieldValidationOf(flags.validate);
    const { infos, error } = await selected.infos();
    if (error) throw error;
    if (!infos.length) throw new CommandError('edit cancelled, no objects found');
    const editing = new Editing(kubectl, {
      mode: 'normal',
      flags,
      fieldManager: flags['field-manager'],
      fieldValidation,
      windowsLineEndings: flags['windows-line-endings'],
      outputPatch: flags['output-patch'],
      savesConfig: flags['save-config'],
      subresource: flags.subresource,
      recorded: (object) => recorded(call, object),
    });
    await editing.edit(infos);
  },
});
