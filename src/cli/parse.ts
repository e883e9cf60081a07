// From a command's declaration and the words typed to its input; commander does the parsing, its complaints become ours.
import { Argument, Command as Parser, CommanderError, Option } from 'commander';
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import type { Command } from './command.ts';
import { flagsOf } from './usage.ts';

/** `path` is the command as typed (`ckadet up`), for messages. Throws AppError with exit code 2. */
export function parseInput(command: Command, path: string, words: readonly string[]): Readonly<Record<string, unknown>> {
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
    if (error instanceof CommanderError) throw usageError(command, path, words, error);
    throw error;
  }
  const given = parser.opts<Readonly<Record<string, unknown>>>();
  const input: Record<string, unknown> = {};
  Object.entries(command.arguments).forEach(([name, spec], i) => {
    input[name] = parser.processedArgs[i] ?? (spec.variadic ? [] : spec.preset);
  });
  for (const [name, spec] of Object.entries(command.options)) {
    const text = given[camelCase(name)] ?? spec.preset;
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

function usageError(command: Command, path: string, words: readonly string[], error: CommanderError): AppError {
  const help = `see how it is used: ${path} --help`;
  const usage = (code: string, what: string, why?: string): AppError =>
    new AppError({ code, what, ...(why ? { why } : {}), next: [help], exitCode: EXIT.usage });
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const near = nearestName(quoted, [...Object.keys(command.options).map((name) => `--${name}`), '--help']);
      return usage('UNKNOWN_OPTION', `${path} has no option ${quoted}`, near && `did you mean: ${near}`);
    }
    case 'commander.missingArgument':
      return usage('MISSING_ARGUMENT', `${path} needs ${quoted.toUpperCase()}`, command.arguments[quoted]?.summary);
    case 'commander.optionMissingArgument':
      return usage('MISSING_VALUE', `${quoted.split(' ').find((word) => word.startsWith('--')) ?? quoted} needs a value`);
    case 'commander.excessArguments': {
      const most = Object.keys(command.arguments).length;
      return usage(
        'TOO_MANY_ARGUMENTS',
        `${path} takes ${most === 0 ? 'no arguments' : most === 1 ? 'one argument' : `${most} arguments`}`,
        `given: ${words.filter((word) => !word.startsWith('-')).join(' ')}`,
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
