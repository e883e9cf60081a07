// From a command's declaration and the words typed to its input; commander does the parsing, its complaints become ours.
import { Argument, Command as Parser, CommanderError, Option } from 'commander';
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { shellWord } from '../platform/shell-quote.ts';
import type { Command } from './command.ts';
import { flagsOf } from './usage.ts';

/**
 * `path` is the command as typed (`ckadet up`), for messages; `namesake` is the command of another group with the same last word, which may have been meant.
 * Throws AppError with exit code 2.
 */
export function parseInput(command: Command, path: string, words: readonly string[], namesake?: string): Readonly<Record<string, unknown>> {
  const parser = new Parser(path)
    .exitOverride()
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(false)
    .configureOutput({ writeErr() {}, writeOut() {} });
  for (const [name, spec] of Object.entries(command.arguments)) {
    const declared = `${name}${spec.variadic ? '...' : ''}`;
    const argument = new Argument(spec.required ? `<${declared}>` : `[${declared}]`);
    if (spec.choices) argument.choices([...spec.choices]);
    parser.addArgument(argument);
  }
  for (const [name, spec] of Object.entries(command.options)) {
    const option = new Option(flagsOf(name, spec));
    parser.addOption(spec.value === undefined ? option : option.argParser((text, before: unknown) => once(path, name, text, before)));
  }
  try {
    parser.parse([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw usageError(command, path, words, error, namesake);
    throw error;
  }
  const given = parser.opts<Readonly<Record<string, unknown>>>();
  const input: Record<string, unknown> = {};
  Object.entries(command.arguments).forEach(([name, spec], i) => {
    input[name] = parser.processedArgs[i] ?? (spec.variadic ? [] : spec.preset);
  });
  for (const [name, spec] of Object.entries(command.options)) {
    const text = given[camelCase(name)] ?? spec.preset;
    if (text === '' && spec.completes === 'files') throw nothingNamed(path, name, spec.value ?? 'file');
    input[name] = spec.value === undefined ? text === true : typeof text === 'string' && spec.parse ? parseValue(path, name, text, spec.parse) : text;
  }
  return input;
}

/** The value of an option that was not given before: of two, one would be lost without a word. */
function once(path: string, name: string, text: string, before: unknown): string {
  if (before === undefined) return text;
  throw new AppError({
    code: 'OPTION_TWICE',
    what: `--${name} is given twice`,
    why: `${JSON.stringify(before)} and ${JSON.stringify(text)}: only one of them could count`,
    next: ['give it once; where it takes several values, put commas between them', `see what it takes: ${path} --help`],
    exitCode: EXIT.usage,
  });
}

/** What is empty would be the folder that one is in. */
const nothingNamed = (path: string, name: string, value: string): AppError =>
  new AppError({
    code: 'EMPTY_VALUE',
    what: `--${name} names no ${value}`,
    why: 'it is given, and empty: a variable of the shell that is not set does that',
    next: [`name one: --${name} ${value.toUpperCase()}`, `see what it takes: ${path} --help`],
    exitCode: EXIT.usage,
  });

/** How commander names an option's value. */
const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

function parseValue(path: string, name: string, text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new AppError({
      code: 'INVALID_OPTION',
      what: `--${name} cannot be ${JSON.stringify(text)}`,
      why: messageOf(error),
      next: [`see what it takes: ${path} --help`],
      exitCode: EXIT.usage,
    });
  }
}

function usageError(command: Command, path: string, words: readonly string[], error: CommanderError, namesake: string | undefined): AppError {
  const help = `see how it is used: ${path} --help`;
  const usage = (code: string, what: string, why?: string, ...first: readonly string[]): AppError =>
    new AppError({ code, what, ...(why ? { why } : {}), next: [...first, help], exitCode: EXIT.usage });
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const near = nearestName(quoted, [...Object.keys(command.options).map((name) => `--${name}`), '--help']);
      return usage('UNKNOWN_OPTION', `${path} has no option ${quoted}`, near && `did you mean: ${near}`, ...passedOn(command, path, words, quoted));
    }
    case 'commander.missingArgument':
      return usage('MISSING_ARGUMENT', `${path} needs ${quoted.toUpperCase()}`, command.arguments[quoted]?.summary);
    case 'commander.optionMissingArgument':
      return usage('MISSING_VALUE', `${quoted.split(' ').find((word) => word.startsWith('--')) ?? quoted} needs a value`);
    case 'commander.excessArguments': {
      const most = Object.keys(command.arguments).length;
      const given = operandsIn(command, words).map((i) => words[i] ?? '');
      return usage(
        'TOO_MANY_ARGUMENTS',
        `${path} takes ${most === 0 ? 'no arguments' : most === 1 ? 'one argument' : `${most} arguments`}`,
        `${given.length} ${given.length === 1 ? 'is' : 'are'} given: ${given.join(' ')}`,
        ...(namesake === undefined || given.length > 1 ? [] : [`did you mean: ${[namesake, ...given.map(shellWord)].join(' ')}`]),
      );
    }
    case 'commander.invalidArgument': {
      const [name, spec] = Object.entries(command.arguments).find(([, each]) => each.choices && !each.choices.includes(quoted)) ?? [];
      const near = nearestName(quoted, spec?.choices ?? []);
      return usage(
        'INVALID_ARGUMENT',
        `${(name ?? 'an argument').toUpperCase()} cannot be ${JSON.stringify(quoted)}`,
        near ? `did you mean: ${near}` : `it is one of: ${spec?.choices?.join(', ')}`,
      );
    }
    default:
      return usage('USAGE', error.message.replace(/^error: /, ''));
  }
}

/** Where the words stand that are neither options nor their values. */
function operandsIn({ options }: Command, words: readonly string[]): readonly number[] {
  const found: number[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') return [...found, ...words.slice(i + 1).map((_, j) => i + 1 + j)];
    if (!word.startsWith('-') || word === '-') found.push(i);
    else if (Object.entries(options).some(([name, { short, value }]) => value !== undefined && (word === `--${name}` || word === `-${short}`))) i++;
  }
  return found;
}

/** A command that runs the command that is given to it: the option may be for that one. */
function passedOn(command: Command, path: string, words: readonly string[], option: string): readonly string[] {
  const before = Object.values(command.arguments).findIndex(({ variadic }) => variadic);
  const at = before < 0 ? undefined : operandsIn(command, words)[before];
  if (at === undefined || words.includes('--') || words.findIndex((word) => word.startsWith(option)) < at) return [];
  return [`if it is part of what is run there, put -- before that: ${[path, ...[...words.slice(0, at), '--', ...words.slice(at)].map(shellWord)].join(' ')}`];
}
