// kubectl create service externalname.
import { defineCommand } from '../../../command.ts';
import { string } from '../../../flags/flag.ts';
import { createService, SERVICE_FLAGS } from '../service-ports.ts';

export const command = defineCommand({
  usage: 'NAME --external-name external.name [--dry-run=server|client|none]',
  long: 'Makes a service that stands for a name outside the cluster.',
  examples: `kubectl create service externalname db --external-name db.example.com`,
  flags: { ...SERVICE_FLAGS, 'external-name': string('Name that the service stands for.') },
  required: ['external-name'],
  run: (call, kubectl) => createService(call, kubectl, { type: 'ExternalName', externalName: call.flags['external-name'] }),
});
