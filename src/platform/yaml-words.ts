// What is wrong with a text that is no YAML, in the words of whoever writes one: the parser's own speak of its grammar. Pure.
import { type Alias, type Document, isCollection, isScalar, type LineCounter, visit, type YAMLError } from 'yaml';

/** One mistake, at its line counted from 1. */
export interface SyntaxFlaw {
  readonly line: number;
  readonly message: string;
}

interface Place {
  /** The text of the line, without what surrounds it. */
  readonly text: string;
  /** What the parser says, in one line. */
  readonly said: string;
}

const KEYS_IN_LINE = 'line it up with those it belongs to, with spaces';
const NOT_CLOSED = 'a bracket that is opened here is not closed: a list ends with ], fields end with }';
const QUOTED_LENGTH = 60;
/** What a terminal would obey, or turn around. */
const UNSEEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export const shortened = (text: string): string => (text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH - 3)}…` : text);
const escaped = (text: string): string => JSON.stringify(text).replaceAll(UNSEEN, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
/** The beginning of what stands in a file, in quotes and harmless: the file may be any, named by mistake. */
export const excerpt = (text: string): string => escaped(shortened(text));
/** The same without the quotes. */
export const named = (text: string): string => excerpt(text).slice(1, -1).replaceAll('\\"', '"');
const quoted = ({ text }: Place): string => excerpt(text);

/** By the parser's code. What is left out is rare, and told as the parser tells it. */
const WORDS: Readonly<Partial<Record<YAMLError['code'], (place: Place) => string>>> = {
  MULTIPLE_DOCS: () => 'a second document begins here, after ---: only one can be in a file; put the other into a file of its own',
  TAB_AS_INDENT: () => 'this line is indented with a tab: YAML takes spaces only',
  DUPLICATE_KEY: ({ text }) => `${named(/^(?:- )?([^:]+):/.exec(text)?.[1] ?? text)} is given a second time: keep one of them`,
  MULTILINE_IMPLICIT_KEY: (place) =>
    `${quoted(place)} is no \`key: value\`: a colon and a space are missing after the key, or it is indented otherwise than its neighbours`,
  BLOCK_AS_IMPLICIT_KEY: (place) =>
    /:\s.*:(\s|$)/.test(place.text)
      ? `${quoted(place)} has two colons: put the value in quotes`
      : `the line below ${quoted(place)} is indented deeper, though that has its value already: ${KEYS_IN_LINE}`,
  BAD_INDENT: (place) => (place.said.includes('end with a') ? NOT_CLOSED : `${quoted(place)} is indented otherwise than its neighbours: ${KEYS_IN_LINE}`),
  MISSING_CHAR: (place) => {
    if (place.said.startsWith('Missing closing'))
      return `a quote that is opened here is not closed: end the text with the same mark, ${place.said.includes('"') ? '"' : "'"}`;
    if (place.said.includes('Missing , ')) return `${quoted(place)} needs a comma between its items, or a bracket above is not closed`;
    if (place.said.includes('followed by map values')) return `${quoted(place)} is no \`key: value\`: a colon and a space are missing after the key`;
    if (place.said.includes('without - indicator')) return `${quoted(place)} stands in a list: begin it with a dash and a space, or ${KEYS_IN_LINE}`;
    if (place.said.includes('end with')) return NOT_CLOSED;
    return unclear(place);
  },
  BAD_SCALAR_START: (place) => `${quoted(place)} has a value that begins with a mark of YAML, such as @ or a backquote: put it in quotes`,
  BAD_DQ_ESCAPE: (place) => `${quoted(place)} has a backslash in double quotes: write two of them, or use single quotes`,
  BLOCK_IN_FLOW: (place) => `${quoted(place)} stands within brackets, and there items are divided by commas: close the bracket, or write them so`,
  UNEXPECTED_TOKEN: (place) => `${quoted(place)} has a mark too many, such as a comma, a bracket or a quote: take it away, or put the value in quotes`,
};

const unclear = (place: Place): string =>
  `${quoted(place)} cannot be read as YAML: ${place.said.charAt(0).toLowerCase()}${escaped(place.said.slice(1, 120)).slice(1, -1)}`;

/** The first mistake; undefined where the text is YAML. */
export function syntaxFlaw(source: string, document: Document.Parsed, lines: LineCounter): SyntaxFlaw | undefined {
  const [error] = document.errors;
  if (!error) return danglingAlias(document, lines);
  const end = Math.min(error.pos[0], Math.max(0, source.trimEnd().length - 1));
  const { line } = lines.linePos(/Missing closing|end with a/.test(error.message) ? (openedAt(document, end) ?? end) : end);
  const said = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  const place = { text: (source.split('\n')[line - 1] ?? '').trim(), said };
  return { line, message: (WORDS[error.code] ?? unclear)(place) };
}

function danglingAlias(document: Document.Parsed, lines: LineCounter): SyntaxFlaw | undefined {
  const found: SyntaxFlaw[] = [];
  visit(document, {
    Alias(_key, node: Alias) {
      if (node.resolve(document) !== undefined) return undefined;
      found.push({
        line: lineOf(node, lines),
        message: `*${named(node.source)} stands for what &${named(node.source)} marks, and nothing is marked so: a text that begins with * goes in quotes`,
      });
      return visit.BREAK;
    },
  });
  return found[0];
}

/** Where the innermost quote or bracket begins that reaches up to there. */
function openedAt(document: Document.Parsed, end: number): number | undefined {
  let at: number | undefined;
  visit(document, {
    Node(_key, node) {
      const isOpened = (isScalar(node) && node.type?.startsWith('QUOTE')) || (isCollection(node) && node.flow);
      if (isOpened && node.range && node.range[0] <= end && node.range[2] >= end) at = node.range[0];
    },
  });
  return at;
}

/**
 * An alias that stands within what it names, or aliases of aliases that grow beyond all bounds: what nobody can read through is not expanded.
 * Undefined where `toJS` of the document does well. Of one without a dangling alias.
 */
export function aliasFlaw(document: Document.Parsed, lines: LineCounter): SyntaxFlaw | undefined {
  const aliases: Alias[] = [];
  let endless: Alias | undefined;
  visit(document, {
    Alias(_key, node: Alias, path) {
      aliases.push(node);
      const named = node.resolve(document);
      if (!named || !path.some((each) => each === named)) return undefined;
      endless = node;
      return visit.BREAK;
    },
  });
  const last = aliases.at(-1);
  if (!last) return undefined;
  if (endless)
    return {
      line: lineOf(endless, lines),
      message: `*${endless.source} stands within what &${endless.source} marks, and would have no end: write out what is meant`,
    };
  try {
    document.toJS();
    return undefined;
  } catch (error) {
    // The parser has no other error for it.
    if (!(error instanceof ReferenceError)) throw error;
    return { line: lineOf(last, lines), message: `*${last.source} stands for aliases of aliases, too many to be read: write out what is meant` };
  }
}

const lineOf = (node: Alias, lines: LineCounter): number => lines.linePos(node.range?.[0] ?? 0).line;
