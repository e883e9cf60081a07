// Commands that are advised name the cluster as it was named by whoever reads them.
import { expect, it } from 'vitest';
import { repeated } from '../../../src/cli/which-cluster.ts';

const byFile = repeated({ name: undefined, file: 'my lab.yaml' });
const byName = repeated({ name: 'lab', file: undefined });

it.each([
  ['make it: ckadet cluster create', "make it: ckadet cluster create -f 'my lab.yaml'", 'make it: ckadet cluster create lab'],
  ['ckadet cluster validate --hosts', "ckadet cluster validate -f 'my lab.yaml' --hosts", 'ckadet cluster validate lab --hosts'],
  ['ckadet cluster ssh n1 -- sudo ss', "ckadet cluster ssh -f 'my lab.yaml' n1 -- sudo ss", 'ckadet cluster ssh --cluster lab n1 -- sudo ss'],
  ['ckadet cluster reset -f FILE of other', 'ckadet cluster reset -f FILE of other', 'ckadet cluster reset -f FILE of other'],
  ['ckadet cluster list, ckadet cluster init', 'ckadet cluster list, ckadet cluster init', 'ckadet cluster list, ckadet cluster init'],
  ['ckadet cluster validate | plan | create', 'ckadet cluster validate | plan | create', 'ckadet cluster validate | plan | create'],
])('%s', (text, withFile, withName) => {
  expect(byFile(text)).toBe(withFile);
  expect(byName(text)).toBe(withName);
  expect(repeated({ name: undefined, file: undefined })(text)).toBe(text);
});

it('a name that is there already is not said twice', () => {
  expect(byName('ckadet cluster delete lab --forget')).toBe('ckadet cluster delete lab --forget');
});
