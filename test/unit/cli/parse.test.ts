// Words to input: types from the declaration, complaints with suggestions.
import { describe, expect, it } from 'vitest';
import { command, group } from '../../../src/cli/command-tree.ts';
import { type Command, defineCommand } from '../../../src/cli/command.ts';
import { setOf, wholeNumber } from '../../../src/cli/option-values.ts';
import { parseInput } from '../../../src/cli/parse.ts';
import { route } from '../../../src/cli/route.ts';

const parseColours = setOf(['red', 'green']);
const sample = defineCommand({
  description: '',
  arguments: { name: { summary: 'the name of it', required: true }, rest: { summary: '', variadic: true } },
  options: {
    count: { summary: '', value: 'number', parse: wholeNumber({ min: 1, max: 9 }), preset: '3', short: 'c' },
    'dry-run': { summary: '' },
    colours: { summary: '', value: 'list', parse: parseColours },
  },
  examples: [],
  async run(input) {
    // Proves the types: nothing here needs a check.
    return input.name.length + input.rest.length + input.count + (input['dry-run'] ? 1 : 0) + (input.colours?.size ?? 0);
  },
});
const choosing = defineCommand({ description: '', arguments: { shell: { summary: '', choices: ['bash', 'zsh'] } }, examples: [], async run() {} });
const parse = (words: string, of: Command = sample): Readonly<Record<string, unknown>> => parseInput(of, 'ckadet sample', words.split(' ').filter(Boolean));

describe('input', () => {
  it.each([
    ['a', { name: 'a', rest: [], count: 3, 'dry-run': false, colours: undefined }],
    ['a b c --count 5 --dry-run', { name: 'a', rest: ['b', 'c'], count: 5, 'dry-run': true }],
    ['--colours red,green a -c 9', { name: 'a', count: 9, colours: new Set(['red', 'green']) }],
    ['a -- --dry-run', { rest: ['--dry-run'], 'dry-run': false }],
  ])('%s', (words, expected) => {
    expect(parse(words)).toMatchObject(expected);
  });
});

describe('complaints', () => {
  it.each([
    ['', 'MISSING_ARGUMENT', 'ckadet sample needs NAME', 'the name of it'],
    ['a --coutn 5', 'UNKNOWN_OPTION', 'ckadet sample has no option --coutn', 'did you mean: --count'],
    ['a --dryrun', 'UNKNOWN_OPTION', 'ckadet sample has no option --dryrun', 'did you mean: --dry-run'],
    ['a --count', 'MISSING_VALUE', '--count needs a value', undefined],
    ['a --count ten', 'INVALID_OPTION', '--count cannot be "ten"', 'it takes a whole number from 1 to 9'],
    ['a --count 10', 'INVALID_OPTION', '--count cannot be "10"', 'it takes a whole number from 1 to 9'],
    ['a --colours red,bleu', 'INVALID_OPTION', '--colours cannot be "red,bleu"', '"bleu" is none of red, green'],
  ])('%j: %s', (words, code, what, why) => {
    expect(() => parse(words)).toThrowError(
      expect.objectContaining({ code, what, why, exitCode: 2, next: [expect.stringContaining('ckadet sample --help')] }) as Error,
    );
  });

  it('choices and too many words', () => {
    expect(() => parse('bsh', choosing)).toThrowError(expect.objectContaining({ code: 'INVALID_ARGUMENT', why: 'did you mean: bash' }) as Error);
    expect(() => parse('bash zsh', choosing)).toThrowError(
      expect.objectContaining({ code: 'TOO_MANY_ARGUMENTS', what: 'ckadet sample takes one argument' }) as Error,
    );
  });
});

describe('the way through the tree', () => {
  const load = async (): Promise<{ command: Command }> => ({ command: sample });
  const tree = group('ckadet', '', {
    description: '',
    sections: [
      {
        title: '',
        nodes: [
          command('up', '', load),
          command('status', '', load),
          command('down', '', load),
          command('hush', '', load, { hidden: true }),
          group('lab', '', { description: '', sections: [{ title: '', nodes: [command('start', '', load), command('list', '', load)] }] }),
        ],
      },
    ],
  });

  it.each([
    [[], { type: 'help', path: ['ckadet'] }],
    [['--help'], { type: 'help', path: ['ckadet'] }],
    [['help', 'lab', 'start'], { type: 'help', path: ['ckadet', 'lab', 'start'] }],
    [['lab'], { type: 'help', path: ['ckadet', 'lab'] }],
    [['lab', 'help'], { type: 'help', path: ['ckadet', 'lab'] }],
    [['lab', 'help', 'start'], { type: 'help', path: ['ckadet', 'lab', 'start'] }],
    [['up', '--x', '-h'], { type: 'help', path: ['ckadet', 'up'] }],
    [['up', '--', '-h'], { type: 'run', path: ['ckadet', 'up'], words: ['--', '-h'] }],
    [['lab', 'start', 'a', '--b'], { type: 'run', path: ['ckadet', 'lab', 'start'], words: ['a', '--b'] }],
    [['--version'], { type: 'version' }],
    [['-V'], { type: 'version' }],
  ])('%j', (argv, expected) => {
    expect(route(tree, argv)).toMatchObject(expected);
  });

  it.each([
    [['statsu'], 'UNKNOWN_COMMAND', 'ckadet has no command "statsu"', 'did you mean: ckadet status'],
    [['lab', 'strat'], 'UNKNOWN_COMMAND', 'ckadet lab has no command "strat"', 'did you mean: ckadet lab start'],
    [['start'], 'UNKNOWN_COMMAND', 'ckadet has no command "start"', 'did you mean: ckadet lab start'],
    [['strat'], 'UNKNOWN_COMMAND', 'ckadet has no command "strat"', 'did you mean: ckadet lab start'],
    [['lab', 'ls'], 'UNKNOWN_COMMAND', 'ckadet lab has no command "ls"', 'did you mean: ckadet lab list'],
    [['stop'], 'UNKNOWN_COMMAND', 'ckadet has no command "stop"', 'did you mean: ckadet down'],
    [['xyzzy'], 'UNKNOWN_COMMAND', 'ckadet has no command "xyzzy"', undefined],
    [['hushh'], 'UNKNOWN_COMMAND', 'ckadet has no command "hushh"', undefined],
    [['--versoin'], 'UNKNOWN_OPTION', 'ckadet has no option --versoin', 'did you mean: ckadet --version'],
    [['help', 'nope'], 'UNKNOWN_COMMAND', 'ckadet has no command "nope"', undefined],
  ])('%j is unknown', (argv, code, what, why) => {
    expect(() => route(tree, argv)).toThrowError(expect.objectContaining({ code, what, why, exitCode: 2 }) as Error);
  });

  it('two commands of one name are refused when the tree is made', () => {
    expect(() =>
      group('ckadet', '', {
        description: '',
        sections: [
          { title: 'a', nodes: [command('up', '', load)] },
          { title: 'b', nodes: [command('up', '', load)] },
        ],
      }),
    ).toThrow('two commands are named "ckadet up"');
  });
});
