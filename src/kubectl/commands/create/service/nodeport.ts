// kubectl create service nodeport.
import { defineCommand } from '../../../command.ts';
import { int } from '../../../flags/flag.ts';
import { createService, SERVICE_FLAGS } from '../service-ports.ts';

export const command = defineCommand({
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  long: 'Makes a service that is reached at a port of every node.',
  examples: `kubectl create service nodeport web --tcp=80:8080 --node-port=30080`,
  flags: { ...SERVICE_FLAGS, 'node-port': int('Port of the nodes; one that is free without it.') },
  run: (call, kubectl) => createService(call, kubectl, { type: 'NodePort', nodePort: call.flags['node-port'] }),
});
