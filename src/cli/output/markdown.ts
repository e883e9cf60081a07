// Markdown as it reads in a terminal: headings, lists, code and links, wrapped to its width. marked finds the structure.
import { lexer, type Token, type Tokens } from 'marked';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

interface Page {
  readonly width: number;
  readonly style: Style;
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const plain = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

function inline(tokens: readonly Token[] | undefined, style: Style): string {
  return (tokens ?? [])
    .map((token): string => {
      switch (token.type) {
        case 'strong':
          return style.heading(inline(token.tokens, style));
        case 'codespan':
          return style.code(plain((token as Tokens.Codespan).text));
        case 'link': {
          const { href, text } = token as Tokens.Link;
          const label = inline(token.tokens, style);
          return text === href ? href : `${label} (${href})`;
        }
        case 'br':
          return '\n';
        default:
          return 'tokens' in token && token.tokens
            ? inline(token.tokens, style)
            : plain('text' in token ? String(token.text) : token.raw).replaceAll('\n', ' ');
      }
    })
    .join('');
}

const hang = (text: string, first: string): string => {
  const margin = ' '.repeat(first.length);
  return text
    .split('\n')
    .map((line, i) => (i === 0 ? first + line : line === '' ? '' : margin + line))
    .join('\n');
};

function block(token: Token, page: Page): string | undefined {
  const { width, style } = page;
  switch (token.type) {
    case 'space':
      return undefined;
    case 'heading':
      return style.heading(wrap(inline(token.tokens, style), width));
    case 'code':
      return (token as Tokens.Code).text
        .split('\n')
        .map((line) => style.code(`    ${line}`))
        .join('\n');
    case 'hr':
      return style.quiet('─'.repeat(Math.min(width, 40)));
    case 'blockquote':
      return hang(blocks(token.tokens ?? [], { ...page, width: width - 2 }), '│ ').replace(/^ {2}/gm, '│ ');
    case 'list': {
      const { items, ordered, start } = token as Tokens.List;
      return items
        .map((item, i) => {
          const mark = ordered ? `${Number(start || 1) + i}. ` : '- ';
          return hang(blocks(item.tokens, { ...page, width: width - mark.length }), mark);
        })
        .join('\n');
    }
    default:
      return wrap(inline('tokens' in token && token.tokens ? token.tokens : [token], style), width);
  }
}

function blocks(tokens: readonly Token[], page: Page): string {
  return tokens.flatMap((token) => block(token, page) ?? []).join(tokens.some(({ type }) => type === 'space') ? '\n\n' : '\n');
}

export const renderMarkdown = (text: string, page: Page): string => blocks(lexer(text), page);
