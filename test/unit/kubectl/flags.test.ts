// Words to flags and arguments, with pflag's complaints.
import { describe, expect, test } from 'vitest';
import { array, bool, duration, int, string, strings } from '../../../src/kubectl/flags/flag.ts';
import { formatGoDuration, parseGoDuration } from '../../../src/kubectl/flags/go-numbers.ts';
import { HelpAsked, parseFlags } from '../../../src/kubectl/flags/parse.ts';

const SPECS = {
  output: string('', { short: 'o' }),
  watch: bool('', { short: 'w' }),
  all: bool('', { short: 'A' }),
  replicas: int('', { preset: 1, short: 'r' }),
  image: strings(''),
  env: array('', { short: 'e' }),
  timeout: duration(''),
  'dry-run': string('', { preset: 'none', bare: 'unchanged' }),
  old: bool('', { deprecated: 'use --new' }),
};
const parse = (...words: string[]) => parseFlags(SPECS, words);

describe('flags', () => {
  test.each<[string[], Partial<Record<keyof typeof SPECS, unknown>>, string[]]>([
    [['pods', '-o', 'wide', 'web'], { output: 'wide' }, ['pods', 'web']],
    [['-owide'], { output: 'wide' }, []],
    [['-o=wide'], { output: 'wide' }, []],
    [['--output=a=b'], { output: 'a=b' }, []],
    [['-wA'], { watch: true, all: true }, []],
    [['-wo', 'yaml'], { watch: true, output: 'yaml' }, []],
    [['-w=false'], { watch: false }, []],
    [['--dry-run'], { 'dry-run': 'unchanged' }, []],
    [['--dry-run', 'client'], { 'dry-run': 'unchanged' }, ['client']],
    [['--dry_run=client'], { 'dry-run': 'client' }, []],
    [['--image', 'a,b', '--image=c'], { image: ['a', 'b', 'c'] }, []],
    [['--image', '"a,b",c'], { image: ['a,b', 'c'] }, []],
    [['-e', 'A=1,2', '-e', 'B=3'], { env: ['A=1,2', 'B=3'] }, []],
    [['--timeout', '1m30s'], { timeout: 90_000 }, []],
    [['-'], {}, ['-']],
    [['-r', '-1'], { replicas: -1 }, []],
  ])('%j', (words, values, args) => {
    const parsed = parse(...words);
    expect(parsed.values).toMatchObject(values);
    expect(parsed.args).toEqual(args);
    expect([...parsed.changed].sort()).toEqual(Object.keys(values).sort());
  });

  test('-- ends the flags and is remembered', () => {
    expect(parse('a', '--', '-w', 'b')).toMatchObject({ args: ['a', '-w', 'b'], dash: 1, values: { watch: false } });
    expect(parse('a').dash).toBe(-1);
  });

  test.each([
    [['--nope'], 'unknown flag: --nope'],
    [['-z'], "unknown shorthand flag: 'z' in -z"],
    [['-wz'], "unknown shorthand flag: 'z' in -wz"],
    [['--output'], 'flag needs an argument: --output'],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [['-w=maybe'], 'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [['--replicas', 'x'], 'invalid argument "x" for "-r, --replicas" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['--timeout', '5'], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
    [['--=x'], 'bad flag syntax: --=x'],
  ])('%j is refused', (words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });

  test('help is no flag of its own', () => {
    expect(() => parse('-h')).toThrow(HelpAsked);
    expect(() => parse('--help')).toThrow(HelpAsked);
  });

  test('flags that should not be used any more are told of once', () => {
    const told: string[] = [];
    parseFlags(SPECS, ['--old', '--old'], (name, says) => told.push(`${name}: ${says}`));
    expect(told).toEqual(['old: use --new']);
  });

  test.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [3_600_000, '1h0m0s'],
    [1500, '1.5s'],
    [500, '500ms'],
    [0.25, '250µs'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatGoDuration(ms)).toBe(text);
    expect(parseGoDuration(text)).toBe(ms);
  });
});
