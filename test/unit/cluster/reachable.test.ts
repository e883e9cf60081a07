// A server that is not there, or that is another's, is said so by its address, its context and what to do.
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/cluster/connect.ts';
import { unreachable } from '../../../src/cluster/reachable.ts';
import { asAppError } from '../../../src/cli/output/errors.ts';
import { pods } from '../../../src/kube/api/resources.ts';
import { notFound, unauthorized } from '../../../src/kube/machinery/status-error.ts';

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a server that is not there', () => {
  it.each([
    ['kind-practice', 'see whether kubectl reaches it: kubectl --context kind-practice get nodes'],
    ['ckadet-big', 'see how the cluster is: ckadet status'],
  ])('behind the context %s is no bug', async (context, first) => {
    const server = `https://127.0.0.1:${await closedPort()}`;
    const client = await connect({ server, context, insecureSkipTlsVerify: true, namespace: 'default' });
    const unanswered = expect.objectContaining({
      code: 'SERVER_UNREACHABLE',
      exitCode: 4,
      what: `the server ${server} does not answer`,
      why: `nothing listens there; the context is ${context}`,
      next: expect.arrayContaining([first]) as unknown,
    }) as Error;
    await expect(client.list(pods)).rejects.toEqual(unanswered);
    await expect(client.raw('/version')).rejects.toEqual(unanswered);
  });
});

it('whose certificate is not good, or that never answers', () => {
  const where = { server: 'https://h:1', context: 'c', cluster: undefined };
  // The last one is what a cluster shows that was made anew at the same address.
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
    expect(unreachable(Object.assign(new Error('not verified; if the root CA is installed, try this option of Node'), { code }), where)).toMatchObject({
      code: 'SERVER_NOT_TRUSTED',
      why: 'not verified; the context is c',
    });
  expect(unreachable(new Error('GET /api: no answer within 60 s'), where)).toMatchObject({ code: 'SERVER_UNREACHABLE' });
});

it('that does not know whoever asks leads to what fetches new credentials', () => {
  const where = { server: 'https://h:1', context: 'c', cluster: undefined, next: ['ckadet cluster kubeconfig shop'] };
  expect(unreachable(unauthorized(), where)).toMatchObject({ code: 'NOT_RECOGNISED', exitCode: 4, next: ['ckadet cluster kubeconfig shop'] });
});

it('leaves refusals and bugs as they are', () => {
  const where = { server: 'https://h:1', context: 'c', cluster: undefined };
  for (const error of [notFound({ group: '', resource: 'pods' }, 'web'), new TypeError('x is not a function'), asAppError('y')])
    expect(unreachable(error, where)).toBe(error);
});
