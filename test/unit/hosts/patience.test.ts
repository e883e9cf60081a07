// A host that takes the connection and then says nothing costs no more time than one is willing to wait.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openHosts } from '../../../src/hosts/open-hosts.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { sshHome } from '../../fixtures/ssh-hosts.ts';

it('is waited for no longer than that, and told of with the time', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const target = { kind: 'ssh', name: 'n1', address: '127.0.0.1', port, user: 'tester' } as const;
  const { hosts, close } = await openHosts([target], { ...sshHome(scratchFolder()).options(), patienceMs: 50 });
  onTestFinished(close);
  await expect(hosts[0]?.run('true', {})).rejects.toMatchObject({ code: 'HOST_UNREACHABLE', exitCode: 6, why: 'nothing answered within 0.05 s' });
});
