// The namespace chosen with `kubectl config set-context` outlives a restart of the cluster.
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { withNamespaceOf } from '../../../src/cluster/kept-namespace.ts';
import { renderKubeconfig } from '../../../src/kube/kubeconfig/render.ts';

const fields = { cluster: 'ckadet-cka', context: 'ckadet-cka', user: 'admin', server: 'https://127.0.0.1:1', ca: 'x'.repeat(200), token: 't' };
const fresh = renderKubeconfig(fields);
const contextOf = (text: string): unknown => (parse(text) as { contexts: readonly [{ context: unknown }] }).contexts[0].context;

it('is taken over, and nothing else', () => {
  const before = renderKubeconfig({ ...fields, server: 'https://127.0.0.1:2', namespace: 'shop' });
  const kept = withNamespaceOf(fresh, before);
  expect(contextOf(kept)).toMatchObject({ namespace: 'shop' });
  expect(kept.replace(/ +namespace: shop\n/, '')).toBe(fresh);
});

it.each([undefined, '{', 'contexts: 1', fresh, renderKubeconfig({ ...fields, context: 'other', namespace: 'shop' })])('is none in %j', (before) => {
  expect(withNamespaceOf(fresh, before)).toBe(fresh);
});
