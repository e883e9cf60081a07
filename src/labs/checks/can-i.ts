// Asks the cluster what somebody may do, both ways: what they must be able to, and what they must not.
import { subjectAccessReviews } from '../../kube/api/resources.ts';
import type { ApiClient } from '../../kube/client/api-client.ts';
import type { Rule } from '../lab-schema.ts';
import type { CheckKindRunner } from './check-context.ts';

function groupsOf(user: string): string[] {
  const account = /^system:serviceaccount:([^:]+):/.exec(user);
  return [...(account ? ['system:serviceaccounts', `system:serviceaccounts:${account[1] ?? ''}`] : []), 'system:authenticated'];
}

async function may(client: ApiClient, user: string, verb: string, { resource, group, subresource, name, namespace }: Rule): Promise<boolean> {
  const review = await client.create(subjectAccessReviews, {
    metadata: {},
    spec: {
      user,
      groups: groupsOf(user),
      resourceAttributes: {
        verb,
        resource,
        ...(group ? { group } : {}),
        ...(subresource ? { subresource } : {}),
        ...(name ? { name } : {}),
        ...(namespace ? { namespace } : {}),
      },
    },
  });
  return review.status?.allowed ?? false;
}

const said = (verb: string, { resource, group, subresource, name, namespace }: Rule): string =>
  `${verb} ${resource}${group ? `.${group}` : ''}${name ? `/${name}` : ''}${subresource ? ` --subresource=${subresource}` : ''}${namespace ? ` -n ${namespace}` : ' -A'}`;

export const canI: CheckKindRunner = async ({ canI: query }, { client }) => {
  if (!query) throw new Error('a canI check without a query');
  const asked: { readonly question: string; readonly wanted: boolean; readonly answer: boolean }[] = [];
  for (const [rules, wanted] of [
    [query.allowed ?? [], true],
    [query.denied ?? [], false],
  ] as const) {
    for (const rule of rules)
      for (const verb of [rule.verb].flat()) asked.push({ question: said(verb, rule), wanted, answer: await may(client, query.as, verb, rule) });
  }
  const wrong = asked.filter(({ wanted, answer }) => wanted !== answer);
  const missing = wrong.filter(({ wanted }) => wanted).length;
  const extra = wrong.length - missing;
  const parts = [
    ...(missing ? [`${missing} of the rights asked for ${missing === 1 ? 'is' : 'are'} missing`] : []),
    ...(extra ? [`${extra} right${extra === 1 ? '' : 's'} too many`] : []),
  ];
  return {
    met: !wrong.length,
    nearMisses: [],
    looked: `kubectl auth can-i ${wrong[0]?.question ?? asked[0]?.question ?? ''} --as=${query.as}`,
    found: wrong.length ? parts.join(', ') : 'as asked',
    expectation: asked.map(({ question, wanted }) => `${wanted ? 'may' : 'may not'} ${question}`).join('\n'),
    observed: asked.map(({ question, answer }) => `${answer ? 'may' : 'may not'} ${question}`),
  };
};
