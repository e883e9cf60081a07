// What a plain word of YAML means to Go's reader: whole numbers in four bases, floats, truth, nothing; times and everything else are text.
// Models github.com/go-yaml/yaml/v2/resolve.go
import type { ScalarTag, Tags } from 'yaml';

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const WHOLE = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const LARGEST = 2n ** 64n - 1n;
const WIDEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);

/** The number that a plain word is, a bigint where no double can hold it; undefined for a word that is none. */
function numberOf(word: string): number | bigint | undefined {
  const plain = word.startsWith('.') ? word : word.replaceAll('_', '');
  if (WHOLE.test(plain)) {
    const digits = plain
      .replace(/^[-+]/, '')
      .replace(/^0(?=[0-7])/, '0o')
      .toLowerCase();
    const value = BigInt(digits) * (plain.startsWith('-') ? -1n : 1n);
    if (value <= LARGEST && value >= SMALLEST) return value <= WIDEST && !Number.isSafeInteger(Number(value)) ? value : Number(value);
  }
  if (!/^[-+.0-9]/.test(word) || !FLOAT.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** YAML has such values and JSON has not. */
function infinite(word: string): never {
  throw new Error(`json: unsupported value: ${/nan/i.test(word) ? 'NaN' : word.startsWith('-') ? '-Inf' : '+Inf'}`);
}

const scalar = (tag: string, test: RegExp, resolve: (word: string) => unknown): ScalarTag => ({
  tag: `tag:yaml.org,2002:${tag}`,
  default: true,
  test,
  resolve,
});
/** Whatever begins like a number: whether it is one is told by reading it. */
const NUMERIC = /^(?:(?:[-+]_*)?[0-9][0-9a-zA-Z_.+-]*|[-+]?\.[0-9][0-9eE+-]*)$/;

/** Of a word that is quoted for what it is not. */
const MOST_SHOWN = 10;

const SCALARS: readonly ScalarTag[] = [
  scalar('null', /^(?:~|null|Null|NULL|)$/, () => null),
  scalar('bool', TRUE, () => true),
  scalar('bool', FALSE, () => false),
  scalar('float', /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/, infinite),
  scalar('int', NUMERIC, (word) => numberOf(word) ?? word),
  { tag: 'tag:yaml.org,2002:float', resolve: (word) => numberOf(word) ?? undecodable(word, 'float') },
  // Asked by name alone: what is none is refused, and not taken for text.
  { tag: 'tag:yaml.org,2002:int', resolve: (word) => numberOf(word) ?? undecodable(word, 'int') },
  { tag: 'tag:yaml.org,2002:bool', resolve: (word) => (TRUE.test(word) ? true : FALSE.test(word) ? false : undecodable(word, 'bool')) },
  { tag: 'tag:yaml.org,2002:timestamp', resolve: (word) => word },
  { tag: 'tag:yaml.org,2002:binary', resolve: binary },
];

function undecodable(word: string, tag: string): never {
  throw new Error(`yaml: cannot decode !!str \`${word.length > MOST_SHOWN ? `${word.slice(0, MOST_SHOWN)}...` : word}\` as a !!${tag}`);
}

function binary(word: string): string {
  const plain = word.replaceAll(/\s/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain)) throw new Error('yaml: !!binary value contains invalid base64 data');
  return Buffer.from(plain, 'base64').toString('utf8');
}

const REPLACED = new Set(SCALARS.map(({ tag }) => tag));

/** For the `customTags` of the parser: its own scalars go, collections and text stay. */
export const goScalars = (tags: Tags): Tags => [...tags.filter((tag) => typeof tag === 'string' || !REPLACED.has(tag.tag)), ...SCALARS];
