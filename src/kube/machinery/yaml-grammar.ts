// Whether a text is YAML to Go's reader, which is stricter here and laxer there than ours: its sentence for what is none.
// Models sigs.k8s.io/yaml/goyaml.v2/parserc.go
import { YamlRefusal } from './yaml-cursor.ts';
import { YamlTokens, type Token, type TokenType } from './yaml-tokens.ts';

/** What Go's reader says of the first document, without `yaml: ` in front; undefined where it is content. */
export function yamlRefusal(text: string): string | undefined {
  try {
    new Grammar(new YamlTokens(text)).document();
    return undefined;
  } catch (error) {
    if (error instanceof YamlRefusal) return error.message;
    throw error;
  }
}

const ENDS_DOCUMENT: readonly TokenType[] = ['version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end'];
const ENDS_PAIR: readonly TokenType[] = ['key', 'value', 'block-end'];

class Grammar {
  readonly #tokens: YamlTokens;
  readonly #anchors = new Set<string>();
  readonly #handles = new Set(['', '!', '!!']);

  constructor(tokens: YamlTokens) {
    this.#tokens = tokens;
  }

  document(): void {
    this.#next(); // the start of the stream
    const isExplicit = this.#directives();
    if (isExplicit) this.#skip('document-start');
    if (!ENDS_DOCUMENT.includes(this.#type)) this.#node({ isBlock: true });
    void this.#type; // what comes next is looked at, to see that the document ends
  }

  get #type(): TokenType {
    return this.#tokens.peek().type;
  }
  #next(): Token {
    const token = this.#tokens.peek();
    this.#tokens.skip();
    return token;
  }
  /** Whether there was one. */
  #skip(type: TokenType): boolean {
    if (this.#type !== type) return false;
    this.#tokens.skip();
    return true;
  }

  /** Lines count from 0 where the parser stands; none is told in the first line, but that of what had begun. */
  #refuse(problem: string, at: Token, began: Token | undefined): never {
    const line = at.line || (began?.line ?? 0);
    throw new YamlRefusal(`${line > 0 ? `line ${line}: ` : ''}${problem}`);
  }

  /** Whether the document is begun with `---`. */
  #directives(): boolean {
    let isVersioned = false;
    const own = new Set<string>();
    for (;;) {
      const token = this.#tokens.peek();
      if (token.type === 'version-directive') {
        if (isVersioned) this.#refuse('found duplicate %YAML directive', token, undefined);
        if (token.text !== '1.1') this.#refuse('found incompatible YAML document', token, undefined);
        isVersioned = true;
      } else if (token.type === 'tag-directive') {
        if (own.has(token.text)) this.#refuse('found duplicate %TAG directive', token, undefined);
        own.add(token.text);
        this.#handles.add(token.text);
      } else {
        if ((isVersioned || own.size) && token.type !== 'document-start') this.#refuse('did not find expected <document start>', token, undefined);
        return token.type === 'document-start';
      }
      this.#tokens.skip();
    }
  }

  #node({ isBlock, mayBeIndentless = false }: { readonly isBlock: boolean; readonly mayBeIndentless?: boolean }): void {
    const first = this.#tokens.peek();
    if (first.type === 'alias') {
      if (!this.#anchors.has(first.text)) throw new YamlRefusal(`unknown anchor '${first.text}' referenced`);
      this.#tokens.skip();
      return;
    }
    const hasProperties = this.#properties(first);
    const token = this.#tokens.peek();
    if (mayBeIndentless && token.type === 'block-entry') return this.#indentlessSequence();
    if (token.type === 'scalar') return this.#tokens.skip();
    if (token.type === 'flow-sequence-start') return this.#flowSequence();
    if (token.type === 'flow-mapping-start') return this.#flowMapping();
    if (isBlock && token.type === 'block-sequence-start') return this.#blockSequence();
    if (isBlock && token.type === 'block-mapping-start') return this.#blockMapping();
    if (!hasProperties) this.#refuse('did not find expected node content', token, first);
  }

  /** An anchor and a tag, in either order. */
  #properties(first: Token): boolean {
    const seen = new Set<TokenType>();
    for (;;) {
      const token = this.#tokens.peek();
      if ((token.type !== 'anchor' && token.type !== 'tag') || seen.has(token.type)) return seen.size > 0;
      seen.add(token.type);
      if (token.type === 'anchor') this.#anchors.add(token.text);
      else if (!this.#handles.has(token.text)) this.#refuse('found undefined tag handle', token, first);
      this.#tokens.skip();
    }
  }

  #blockSequence(): void {
    const began = this.#next();
    while (!this.#skip('block-end')) {
      const token = this.#tokens.peek();
      if (!this.#skip('block-entry')) this.#refuse("did not find expected '-' indicator", token, began);
      if (this.#type !== 'block-entry' && this.#type !== 'block-end') this.#node({ isBlock: true });
    }
  }
  #indentlessSequence(): void {
    while (this.#skip('block-entry')) if (this.#type !== 'block-entry' && !ENDS_PAIR.includes(this.#type)) this.#node({ isBlock: true });
  }
  #blockMapping(): void {
    const began = this.#next();
    const part = (): void => {
      if (!ENDS_PAIR.includes(this.#type)) this.#node({ isBlock: true, mayBeIndentless: true });
    };
    while (!this.#skip('block-end')) {
      const token = this.#tokens.peek();
      if (!this.#skip('key')) this.#refuse('did not find expected key', token, began);
      part();
      if (this.#skip('value')) part();
    }
  }

  #flowSequence(): void {
    const began = this.#next();
    for (let isFirst = true; !this.#skip('flow-sequence-end'); isFirst = false) {
      if (!isFirst) this.#entry("did not find expected ',' or ']'", began);
      if (this.#skip('key')) this.#pair();
      else if (this.#type !== 'flow-sequence-end') this.#node({ isBlock: false });
    }
  }
  /** `[a: b]` */
  #pair(): void {
    const ends: readonly TokenType[] = ['flow-entry', 'flow-sequence-end'];
    if (this.#type === 'value' || ends.includes(this.#type)) this.#tokens.skip();
    else this.#node({ isBlock: false });
    if (this.#skip('value') && !ends.includes(this.#type)) this.#node({ isBlock: false });
  }
  #flowMapping(): void {
    const began = this.#next();
    const ends: readonly TokenType[] = ['flow-entry', 'flow-mapping-end'];
    for (let isFirst = true; !this.#skip('flow-mapping-end'); isFirst = false) {
      if (!isFirst) this.#entry("did not find expected ',' or '}'", began);
      if (this.#skip('key')) {
        if (this.#type !== 'value' && !ends.includes(this.#type)) this.#node({ isBlock: false });
        if (this.#skip('value') && !ends.includes(this.#type)) this.#node({ isBlock: false });
      } else if (this.#type !== 'flow-mapping-end') this.#node({ isBlock: false });
    }
  }
  #entry(refusal: string, began: Token): void {
    const token = this.#tokens.peek();
    if (!this.#skip('flow-entry')) this.#refuse(refusal, token, began);
  }
}
