// kubectl create service loadbalancer.
import { defineCommand } from '../../../command.ts';
import { createService, SERVICE_FLAGS } from '../service-ports.ts';

export const command = defineCommand({
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  long: 'Makes a service that is reached by a load balancer outside the cluster.',
  examples: `kubectl create service loadbalancer web --tcp=80:8080`,
  flags: SERVICE_FLAGS,
  run: (call, kubectl) => createService(call, kubectl, { type: 'LoadBalancer' }),
});
