// What strict decoding finds fault with: fields the type does not have and keys given twice, in the order of the text.
// JSON.parse forgets both, so the text is read again, but only when something is known to be wrong. Models sigs.k8s.io/json's UnmarshalStrict
import { isScalar, findType, type FieldFact, type TypeFact } from '../../../resources/types.ts';

const MOST = 100;
const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/gs;

/** True where a valid text gives a key twice somewhere: it has more keys than what was read from it. */
export function hasDuplicates(text: string, value: unknown): boolean {
  let keys = 0;
  for (const [, colon] of text.matchAll(STRINGS)) if (colon !== undefined) keys++;
  return keys !== countKeys(value);
}

function countKeys(value: unknown): number {
  let keys = 0;
  const pending: unknown[] = [value];
  while (pending.length) {
    const each = pending.pop();
    if (Array.isArray(each)) for (const item of each as readonly unknown[]) pending.push(item);
    else if (typeof each === 'object' && each !== null)
      for (const inner of Object.values(each)) {
        keys++;
        if (typeof inner === 'object') pending.push(inner);
      }
  }
  return keys;
}

/** `unknown field "spec.foo"`, `duplicate field "spec.x"`: at most 100, each once. `text` must be valid JSON. */
export function strictProblems(type: string, text: string): readonly string[] {
  const walk = new StrictWalk(text);
  walk.value({ t: type }, '');
  return [...walk.problems];
}

/** Duplicates of a value without a type, as of a patch. */
export function duplicatesIn(text: string): readonly string[] {
  const walk = new StrictWalk(text);
  walk.value('untyped', '');
  return [...walk.problems];
}

class StrictWalk {
  readonly problems = new Set<string>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(as: FieldFact | 'untyped' | undefined, path: string): void {
    const start = this.#peek();
    if (start === '{') {
      if (as === undefined) this.#object(undefined, path);
      else if (as === 'untyped') this.#object(() => 'untyped', path);
      else if (as.m) {
        const { m: _map, ...one } = as;
        this.#object(() => one, path);
      } else this.#struct(as, path);
    } else if (start === '[') {
      const item = as === undefined || as === 'untyped' ? as : as.l ? withoutList(as) : undefined;
      this.#list(item, path);
    } else this.#scalar();
  }

  #struct(as: FieldFact, path: string): void {
    const type: TypeFact | undefined = isScalar(as.t) || as.l ? undefined : findType(as.t);
    if (!type || type.s) {
      this.#object(undefined, path);
      return;
    }
    this.#object((key) => {
      if (Object.hasOwn(type.fields, key)) return type.fields[key];
      this.#note(`unknown field ${JSON.stringify(join(path, key))}`);
      return null;
    }, path);
  }

  /** `typeOfKey`: null for a key that was complained about already. Undefined looks into nothing. */
  #object(typeOfKey: ((key: string) => FieldFact | 'untyped' | null | undefined) | undefined, path: string): void {
    this.#at++;
    const seen = new Set<string>();
    while (this.#peek() !== '}') {
      if (this.#peek() === ',') this.#at++;
      this.#space();
      const key = this.#string();
      this.#space();
      this.#at++;
      const as = typeOfKey?.(key);
      if (as === undefined || as === null) {
        this.value(undefined, path);
        continue;
      }
      const inner = join(path, key);
      if (seen.has(key)) this.#note(`duplicate field ${JSON.stringify(inner)}`);
      seen.add(key);
      this.value(as, inner);
    }
    this.#at++;
  }

  #list(item: FieldFact | 'untyped' | undefined, path: string): void {
    this.#at++;
    for (let i = 0; this.#peek() !== ']'; i++) {
      if (this.#peek() === ',') this.#at++;
      this.value(item, `${path}[${i}]`);
    }
    this.#at++;
  }

  #note(problem: string): void {
    if (this.problems.size < MOST) this.problems.add(problem);
  }

  #scalar(): void {
    if (this.#text[this.#at] === '"') this.#string();
    else while (this.#at < this.#text.length && !' \t\r\n,]}'.includes(this.#text[this.#at] ?? ' ')) this.#at++;
  }

  #string(): string {
    const start = this.#at++;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  /** The next character that is no space. */
  #peek(): string {
    this.#space();
    return this.#text[this.#at] ?? '';
  }
  #space(): void {
    while (this.#at < this.#text.length && ' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }
}

function withoutList(fact: FieldFact): FieldFact {
  const { l: _list, ...one } = fact;
  return one;
}
const join = (path: string, key: string): string => (path ? `${path}.${key}` : key);
