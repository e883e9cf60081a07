// Every check before a run, in the order of the table. To add one: a file under checks/ and a line here.
import type { Check } from './check.ts';
import { cgroup, modules, swap, sysctls } from './checks/kernel.ts';
import { networks, nodeIp, virtualAddress, vrrp } from './checks/networks.ts';
import { firewall, ports } from './checks/ports.ts';
import { reachability } from './checks/reachability.ts';
import { cpus, disk, memory } from './checks/size.ts';
import { leftovers, packageSources, runtime } from './checks/software.ts';
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
  clock,
  hostname,
  uniqueHostname,
  uniqueMac,
  uniqueProductUuid,
  uniqueMachineId,
  nodeIp,
  networks,
  virtualAddress,
  vrrp,
  reachability,
  packageSources,
  leftovers,
  runtime,
];

const names = CHECKS.map(({ name }) => name);
const twice = names.find((name, i) => names.indexOf(name) !== i);
if (twice !== undefined) throw new Error(`two checks are called ${twice}`);

/** Without a way in there is nothing to accept; and parts of another cluster would be taken for a half-made one of ours, and cleared away. */
const NEVER: readonly Check[] = [login, leftovers];
/** What `preflight.accept` may name. */
export const ACCEPTABLE: readonly string[] = names.filter((name) => !NEVER.some((check) => check.name === name));
