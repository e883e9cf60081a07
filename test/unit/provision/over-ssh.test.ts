// Provisioning through real SSH connections, to servers in this process: many hosts, passwords, and connections that break.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Questions } from '../../../src/platform/questions.ts';
import { createPlan } from '../../../src/provision/load.ts';
import { clusterYaml } from '../../fixtures/cluster-files.ts';
import { secretOf } from '../../fixtures/pretend-host.ts';
import { type PretendSite, pretendSite, type PretendSiteOptions } from '../../fixtures/pretend-site.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { scriptedQuestions } from '../../fixtures/scripted-questions.ts';
import { sshWay, type SshWay } from '../../fixtures/ssh-site.ts';

const WORKERS = Array.from({ length: 37 }, (_, i) => `  - {name: w${i}, address: 10.0.0.${120 + i}, roles: [worker]}`).join('\n');
/** Three control planes and 37 workers. */
const FORTY = clusterYaml('ha-stacked').replace(/ {2}- \{name: n4.*\n/, `${WORKERS}\n`);

async function siteOf(yaml: string, options: PretendSiteOptions = {}, questions?: Questions): Promise<{ readonly site: PretendSite; readonly way: SshWay }> {
  const way = sshWay(scratchFolder(), questions);
  onTestFinished(() => way.close());
  return { way, site: await pretendSite(scratchFolder(), yaml, { connect: (hosts) => way.connect(hosts), ...options }) };
}

describe('forty hosts', () => {
  it('are made a cluster of through one connection each, and found unchanged the next time', async () => {
    const { site, way } = await siteOf(FORTY);
    const { changes } = await site.create();
    expect(Object.keys(changes)).toHaveLength(40);
    const servers = [...way.servers.values()];
    expect(servers.map(({ logins }) => logins)).toEqual(servers.map(() => 1));
    expect(Math.max(...servers.map(({ mostSessions }) => mostSessions))).toBeLessThanOrEqual(10);
    expect((await site.create()).changes).toEqual({});
  }, 120_000);

  it('ask for the password of sudo once for all, and no command line or log holds it or any secret', async () => {
    const password = 'a pass word of forty';
    const questions = scriptedQuestions(password);
    const { site, way } = await siteOf(FORTY, { sudo: { password } }, questions);
    await site.create();
    expect(questions.asked).toEqual([expect.stringContaining('Password of tester for sudo')]);
    const secrets = [
      password,
      ...createPlan(site.loaded)
        .values.filter(({ secret }) => secret)
        .map(({ name }) => secretOf(name)),
    ];
    const texts = [site.journal(), ...[...way.servers.values()].flatMap(({ commandLines }) => commandLines)];
    expect(texts.length).toBeGreaterThan(400);
    for (const secret of secrets) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  }, 120_000);
});

describe('a connection that breaks', () => {
  const breakAt = (site: PretendSite, way: SshWay, name: string, step: string): void => {
    const host = site.host(name);
    host.onAction = (id) => {
      if (id === step) way.servers.get(name)?.cut();
      return undefined;
    };
  };

  it('ends the run by telling of the lock that went with it; the next run finishes, and does nothing twice that was whole', async () => {
    const { site, way } = await siteOf(clusterYaml('single'));
    breakAt(site, way, 'n2', 'container-runtime/containerd-config');
    await expect(site.create()).rejects.toMatchObject({ exitCode: 5, code: expect.stringMatching(/LOCK_LOST|HOST_/) as string });
    site.host('n2').onAction = () => undefined;
    await site.create();
    expect((await site.create()).changes).toEqual({});
    for (const { carriedOut } of site.hosts) expect(carriedOut.filter((id, i) => carriedOut.indexOf(id) !== i)).toEqual([]);
  });

  it('of a host that only holds its lock stops the work on the others', async () => {
    const { site, way } = await siteOf(clusterYaml('single'));
    site.host('n1').onAction = (id) => {
      if (id !== 'control-plane/init') return undefined;
      way.servers.get('n2')?.cut();
      return new Promise(() => {});
    };
    await expect(site.create()).rejects.toMatchObject({ code: 'LOCK_LOST', what: expect.stringContaining('n2') as string });
    expect(site.host('n1').effects.has('control-plane/init')).toBe(false);
  });
});
