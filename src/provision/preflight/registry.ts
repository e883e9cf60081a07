// Every check before a run, in the order of the table. To add one: a file under checks/, a line here, and its name in cluster-file/check-names.ts.
import type { Check } from './check.ts';
import { cgroup, modules, swap, sysctls } from './checks/kernel.ts';
import { endpointAddress, networks, nodeIp, routes, virtualAddress, vrrp } from './checks/networks.ts';
import { firewall, ports } from './checks/ports.ts';
import { reachability } from './checks/reachability.ts';
import { selinux } from './checks/selinux.ts';
import { cpus, disk, memory } from './checks/size.ts';
import { leftovers, runtime } from './checks/software.ts';
import { imageSources, packageSources } from './checks/sources.ts';
import { architecture, login, os, sudo } from './checks/system.ts';
import { clock } from './checks/time.ts';
import { hostname, uniqueHostname, uniqueMachineId, uniqueMac, uniqueProductUuid } from './checks/unique.ts';

export const CHECKS: readonly Check[] = [
  login,
  sudo,
  os,
  architecture,
  cpus,
  memory,
  disk,
  cgroup,
  swap,
  modules,
  sysctls,
  ports,
  firewall,
  selinux,
  clock,
  hostname,
  uniqueHostname,
  uniqueMac,
  uniqueProductUuid,
  uniqueMachineId,
  nodeIp,
  networks,
  endpointAddress,
  routes,
  virtualAddress,
  vrrp,
  reachability,
  packageSources,
  imageSources,
  leftovers,
  runtime,
];
