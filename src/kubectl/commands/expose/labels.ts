// `app=web,tier=front` as labels. Models kubernetes/staging/src/k8s.io/kubectl/pkg/generate/generate.go (ParseLabels)
import { CommandError } from '../../failures.ts';

/** Throws kubectl's sentences. */
export function labelPairs(text: string): Readonly<Record<string, string>> {
  if (text === '') throw new CommandError('no label spec passed');
  const labels: Record<string, string> = {};
  for (const word of text.split(',')) {
    const [key = '', value, ...more] = word.split('=');
    if (value === undefined || more.length) throw new CommandError(`unexpected label spec: ${word}`);
    if (key === '') throw new CommandError('unexpected empty label key');
    labels[key] = value;
  }
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
