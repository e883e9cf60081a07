// The files of a new lab: valid as they are, with comments that say what goes where. Pure.
import { DOMAINS, type Domain } from './curriculum.ts';

export function newLabFiles(domain: Domain, id: string): Readonly<Record<string, string>> {
  return {
    'lab.yaml': `title: A short title in the imperative
objectives:                     # bullets of the curriculum, word for word
  - ${DOMAINS[domain].bullets[0]}
minutes: 5
difficulty: 2                   # 1 to 5
# needs: {workers: 2}           # what the cluster must have
images: ['nginx:1.27']          # every image the lab uses
variables:                      # picked by seed; \${ns} works in every file of this folder
  ns: [${id}-blue, ${id}-green]
setup:                          # apply, wait, label, taint, cordon, patch
  - apply: files/namespace.yaml
checks:
  - id: web
    points: 1
    says: a Pod web runs in the namespace \${ns}
    get: {kind: Pod, name: web, namespace: '\${ns}'}
    expect: object.status.phase == 'Running'     # CEL over object; a missing key means "not met"
`,
    'task.md': 'Run a Pod `web` with the image `nginx:1.27` in the namespace `${ns}`.\n\n1. The Pod is running.\n',
    'hints.md': '## A nudge\n\nOne command can make a Pod.\n\n## Nearly there\n\n`kubectl run --help` shows how to choose the image and the namespace.\n',
    'notes.md': '# Why it works\n\nSay what the learner should remember, and what the exam likes to ask. Link the official pages.\n',
    'files/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${ns}\n',
    'solutions/1-imperative.sh': 'kubectl run web --image=nginx:1.27 -n ${ns}\nkubectl wait --for=condition=Ready pod/web -n ${ns} --timeout=60s\n',
    'solutions/2-manifest.sh':
      "kubectl apply -f - <<'YAML'\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: ${ns}}\nspec: {containers: [{name: web, image: 'nginx:1.27'}]}\nYAML\nkubectl wait --for=condition=Ready pod/web -n ${ns} --timeout=60s\n",
    'wrong/other-namespace.sh':
      '# fails: web\n# In the namespace that happens to be the current one.\nkubectl run web --image=nginx:1.27 -n default\nkubectl wait --for=condition=Ready pod/web -n default --timeout=60s\nkubectl delete pod web -n default --now\n',
  };
}
