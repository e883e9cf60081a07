// The hash of a config map's or secret's content that is put behind its name. Models kubernetes/staging/src/k8s.io/kubectl/pkg/util/hash
import { sortedGoJson } from '../../kube/machinery/go-json.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';

/** Ten letters that spell no words, of the object as JSON with its keys in order. */
export async function contentHash(content: JsonObject): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(sortedGoJson(content), 'utf8'));
  const letters = Buffer.from(digest).toString('hex').slice(0, 10);
  return Array.from(letters, (letter) => CONSONANTS[letter] ?? letter).join('');
}
const CONSONANTS: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };
