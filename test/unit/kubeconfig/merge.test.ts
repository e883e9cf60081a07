// A context comes into a kubeconfig and goes out of it again; everything else stays to the byte.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { mergeKubeconfig, withoutAdded } from '../../../src/kube/kubeconfig/merge.ts';

const added = `apiVersion: v1
kind: Config
clusters:
  - name: lab
    cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: Y2E=}
contexts:
  - name: lab
    context: {cluster: lab, user: lab-admin}
users:
  - name: lab-admin
    user: {client-key-data: a2V5}
current-context: lab
`;
const names = { context: 'lab', cluster: 'lab', user: 'lab-admin', server: 'https://10.0.0.1:6443' };

/** As kubectl writes it, with a comment. */
const kubectls = `apiVersion: v1
clusters:
- cluster:
    server: https://work.example
  name: work
contexts:
# the one of the day
- context:
    cluster: work
    user: me
  name: work
current-context: work
kind: Config
preferences: {}
users:
- name: me
  user:
    token: "123" # not mine
`;
const indented = kubectls
  .replaceAll(/^- /gm, '  - ')
  .replaceAll(/^ {2}(?=\w)/gm, '    ')
  .replaceAll(/^ {4}(?=server|cluster: w|user: m|token)/gm, '      ');
const bare = 'apiVersion: v1\nclusters: []\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers:\n';

describe('added and taken out again', () => {
  it.each([
    ['as kubectl writes it', kubectls, kubectls],
    ['with indented lists', indented, indented],
    ['without a newline at the end', kubectls.trimEnd(), kubectls],
    ['with nothing in it', bare, bare.replace('null', '[]').replace('users:\n', 'users: []\n')],
  ])('a kubeconfig %s is what it was', (_what, before, after) => {
    const merged = mergeKubeconfig(before, added);
    expect(parse(merged)).toMatchObject({ 'current-context': before === bare ? 'lab' : 'work' });
    for (const line of before.split('\n').filter((each) => /#|work|me\b|preferences/.test(each))) expect(merged).toContain(line);
    expect(withoutAdded(merged, names)).toBe(after);
  });

  it('twice is once', () => {
    const once = mergeKubeconfig(kubectls, added);
    expect(mergeKubeconfig(once, added)).toBe(once);
    const newer = mergeKubeconfig(once, added.replace('a2V5', 'bmV3'));
    expect(newer).toContain('bmV3');
    expect(withoutAdded(newer, names)).toBe(kubectls);
  });

  it('a file in flow style means the same', () => {
    const flow = stringify(parse(kubectls), { collectionStyle: 'flow' });
    const merged = mergeKubeconfig(flow, added);
    expect(parse(merged)).toEqual(parse(mergeKubeconfig(kubectls, added)));
    expect(parse(withoutAdded(merged, names) ?? '')).toEqual(parse(kubectls));
  });

  it('a current context that goes leaves none', () => {
    const merged = mergeKubeconfig(kubectls, added).replace('current-context: work', 'current-context: lab');
    expect(withoutAdded(merged, names)).toBe(kubectls.replace('current-context: work', 'current-context: ""'));
  });

  it('keeps whatever else stands there', () => {
    const word = fc.stringMatching(/^c-[a-z0-9-]{0,8}x$/);
    const entry = fc.record({ name: word, comment: fc.boolean(), token: word });
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 5 }), fc.constantFrom('', '  '), (entries, indent) => {
        const others = entries.filter(({ name }) => name !== 'lab' && name !== 'lab-admin');
        const list = (key: string, field: string, text: (each: (typeof others)[number]) => string): string =>
          others.length
            ? `${key}:\n${others.map((each) => `${each.comment ? `${indent}# ${each.name}\n` : ''}${indent}- name: ${each.name}\n${indent}  ${field}: ${text(each)}\n`).join('')}`
            : `${key}: []\n`;
        const text = `${list('clusters', 'cluster', ({ name }) => `{server: "https://${name}"}`)}${list('contexts', 'context', ({ name }) => `{cluster: ${name}, user: ${name}}`)}${list('users', 'user', ({ token }) => `{token: ${token}}`)}current-context: ""\n`;
        expect(withoutAdded(mergeKubeconfig(text, added), names)).toBe(text);
      }),
    );
  });
});

describe('is left alone', () => {
  it('where another cluster has the name by now', () => {
    const merged = mergeKubeconfig(kubectls, added);
    expect(withoutAdded(merged, { ...names, server: 'https://10.9.9.9:6443' })).toBeUndefined();
    expect(withoutAdded(kubectls, names)).toBeUndefined();
    expect(withoutAdded('', names)).toBeUndefined();
  });

  it('where other contexts use its parts', () => {
    const merged = mergeKubeconfig(kubectls, added).replace('contexts:\n', 'contexts:\n- context:\n    cluster: lab\n    user: me\n  name: own\n');
    const rest = parse(withoutAdded(merged, names) ?? '') as {
      readonly clusters: readonly object[];
      readonly contexts: readonly object[];
      readonly users: readonly object[];
    };
    expect(rest.clusters).toHaveLength(2);
    expect(rest.contexts).toHaveLength(2);
    expect(rest.users).toHaveLength(1);
  });
});
