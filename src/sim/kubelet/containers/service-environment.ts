// The variables that tell a container of services: WEB_SERVICE_HOST, WEB_PORT_80_TCP …. Models kubernetes/pkg/kubelet/envvars/envvars.go
import type { Service } from '../../../kube/api/core-v1.ts';

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase();

export function serviceEnvironment(services: Iterable<Service>): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { metadata, spec } of services) {
    const { clusterIP, ports = [] } = spec;
    if (!clusterIP || clusterIP === 'None' || spec.type === 'ExternalName') continue;
    const name = variableName(metadata.name ?? '');
    env[`${name}_SERVICE_HOST`] = clusterIP;
    env[`${name}_SERVICE_PORT`] = String(ports[0]?.port ?? '');
    for (const port of ports) if (port.name) env[`${name}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
    for (const [index, { port, protocol = 'TCP' }] of ports.entries()) {
      const url = `${protocol.toLowerCase()}://${clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP}:${port}`;
      if (index === 0) env[`${name}_PORT`] = url;
      const prefix = `${name}_PORT_${port}_${protocol}`;
      env[prefix] = url;
      env[`${prefix}_PROTO`] = protocol.toLowerCase();
      env[`${prefix}_PORT`] = String(port);
      env[`${prefix}_ADDR`] = clusterIP;
    }
  }
  return env;
}

/** Those a pod sees: `kubernetes` always, the others of its namespace when service links are on. */
export function visibleServices(own: Iterable<Service>, ofDefault: Iterable<Service>, enableServiceLinks: boolean): readonly Service[] {
  const kubernetes = [...ofDefault].filter(({ metadata }) => metadata.name === 'kubernetes');
  const linked = enableServiceLinks ? [...own] : [];
  return [...kubernetes, ...linked.filter((each) => each.metadata.name !== 'kubernetes' || each.metadata.namespace !== 'default')];
}
