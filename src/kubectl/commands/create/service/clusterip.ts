// kubectl create service clusterip.
import { defineCommand } from '../../../command.ts';
import { string } from '../../../flags/flag.ts';
import { createService, SERVICE_FLAGS } from '../service-ports.ts';

export const command = defineCommand({
  usage: 'NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]',
  long: 'Makes a service that is reached inside the cluster.',
  examples: `# Port 80 of the service is port 8080 of the pods
kubectl create service clusterip web --tcp=80:8080

# Headless
kubectl create service clusterip web --clusterip="None"`,
  flags: { ...SERVICE_FLAGS, clusterip: string("Address of the service; 'None' for none at all.") },
  run: (call, kubectl) => createService(call, kubectl, { type: 'ClusterIP', clusterIP: call.flags.clusterip }),
});
