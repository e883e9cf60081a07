// Hosts and packages for tests that provision for real. Hosts are emptied and filled again: only throw-away ones belong here.
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface InventoryHost {
  readonly name: string;
  readonly address: string;
  readonly user: string;
  readonly identity: string;
}

export interface Inventory {
  readonly hosts: readonly InventoryHost[];
  /** What the cluster files say of packages. */
  readonly packages: object;
  /** A free address of the hosts' network. */
  readonly vip: string;
}

/**
 * `$CKADET_TEST_HOSTS` is a file with `name address user identity` in each line; `$CKADET_TEST_PACKAGES` a folder of packages, or a YAML file with
 * what `packages` of a cluster file shall be; `$CKADET_TEST_VIP` an address, .100 if not given.
 */
export function loadInventory(env: NodeJS.ProcessEnv = process.env): Inventory | { readonly whyNot: string } {
  const { CKADET_TEST_HOSTS: file, CKADET_TEST_PACKAGES: packages } = env;
  if (!file || !existsSync(file)) return { whyNot: 'CKADET_TEST_HOSTS names no inventory of throw-away hosts' };
  if (!packages || !existsSync(packages)) return { whyNot: 'CKADET_TEST_PACKAGES names no folder of packages, and no file that says where they come from' };
  const hosts = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map(([name = '', address = '', user = '', identity = '']) => ({ name, address, user, identity }));
  return { hosts, packages: packagesAt(packages), vip: env['CKADET_TEST_VIP'] ?? (hosts[0]?.address ?? '').replace(/\d+$/, '100') };
}

function packagesAt(path: string): object {
  if (existsSync(`${path}/SHA256SUMS`)) return { source: 'folder', path };
  const packages: unknown = parse(readFileSync(path, 'utf8'));
  if (packages instanceof Object) return packages;
  throw new Error(`${path} does not say what packages of a cluster file shall be`);
}
