// Gathers what a new cluster file says: from options, and on a terminal by asking for the rest.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Questions } from '../../platform/questions.ts';
import { clusterName } from '../cluster-file/schema.ts';
import { hostWords, type InitField, type Said } from './field.ts';
import { INIT_FIELDS } from './fields.ts';
import { smallest, whyNotTogether } from './together.ts';

const USUAL_NAME = 'cluster';

/** What is wrong with the name of a cluster. */
const nameFlaw = (text: string): string | undefined => clusterName.safeParse(text).error?.issues[0]?.message;

/** What makes the cluster, which decides what else is asked. Rejects with INVALID_OPTION, naming every option that makes no sense. */
export async function collectProvider(given: Said, questions: Questions, ask: boolean): Promise<Said> {
  refuseWrong(given);
  const field = INIT_FIELDS.find(({ option }) => option === 'provider');
  if (given['provider'] !== undefined || !field) return given;
  const preset = field.preset?.(given);
  const provider = ask ? await answerTo(field, preset, given, questions, () => {}) : (preset ?? '');
  refuseForeign(given, { provider });
  return { ...given, provider };
}

/** The name that was given, or an answer, or the usual one; `said` is what is known of the cluster. Rejects with INVALID_ARGUMENT. */
export async function collectName(given: string | undefined, questions: Questions, ask: boolean, said: Said): Promise<string> {
  // What is wrong with the options alone is not the name's fault.
  const flaw = (name: string): string | undefined => told(nameFlaw(name)) ?? (whyNotTogether(said) === undefined ? whyNotTogether(said, name) : undefined);
  if (given === undefined) {
    if (!ask) return USUAL_NAME;
    return (await questions.ask('What shall the cluster be called?', USUAL_NAME, async (text) => flaw(text.trim()))).trim();
  }
  const wrong = flaw(given);
  if (wrong !== undefined) throw usage('INVALID_ARGUMENT', `NAME cannot be ${JSON.stringify(given)}`, wrong);
  return given;
}

const told = (flaw: string | undefined): string | undefined => flaw && `a name ${flaw}`;

/**
 * `given` are the options that were typed. Rejects with INVALID_OPTION, OPTION_NOT_FOR or MISSING_OPTIONS, each naming all of them.
 * `warn` is told of what this machine has to say against an option: a file that is not there yet may come.
 */
export async function collect(given: Said, questions: Questions, ask: boolean, warn: (text: string) => void = () => {}): Promise<Said> {
  let said = await collectProvider(given, questions, ask);
  refuseForeign(given, said);
  const missing: InitField[] = [];
  /** Given, and without a meaning in what else was said: nothing is dropped without a word. */
  const unfit: InitField[] = [];
  for (const field of INIT_FIELDS) {
    if (field.providers && !field.providers.includes(said['provider'] ?? '')) continue;
    const applies = field.applies?.(said) !== false;
    if (!applies && given[field.option]) unfit.push(field);
    if (said[field.option] !== undefined || !applies) continue;
    const preset = field.preset?.(said);
    const isToBeAsked = ask && isAsked(field, preset, said);
    if (isToBeAsked) refuseTogether(said);
    const answer = isToBeAsked ? await answerTo(field, preset, said, questions, warn) : preset;
    if (answer === undefined) missing.push(field);
    else said = { ...said, [field.option]: answer };
  }
  if (unfit.length)
    throw usage(
      'OPTION_NOT_FOR',
      `${unfit.map(({ option }) => `--${option}`).join(', ')} ${unfit.length === 1 ? 'does' : 'do'} not fit`,
      `topology ${said['topology']} has no such thing`,
    );
  if (missing.length) refuseMissing(missing, said);
  refuseStranger(said);
  for (const { option, look, isRefusedLater } of INIT_FIELDS) {
    const flaw = given[option] === undefined || isRefusedLater ? undefined : await look?.(given[option]);
    if (flaw !== undefined) warn(`--${option}: ${flaw}`);
  }
  return said;
}

const isAsked = ({ question, onlyIfUnfit, option }: InitField, preset: string | undefined, said: Said): boolean =>
  question !== undefined && (!onlyIfUnfit || preset === undefined || whyNotTogether({ ...said, [option]: preset }) !== undefined);

async function answerTo(
  { question = '', choices, check, look, option }: InitField,
  preset: string | undefined,
  said: Said,
  questions: Questions,
  warn: (text: string) => void,
): Promise<string> {
  if (choices) {
    const all = choices(said);
    const first = all.filter(({ value }) => value === preset);
    for (;;) {
      const chosen = await questions.choose(question, [...first, ...all.filter(({ value }) => value !== preset)]);
      // The provider decides which rules there are: with options that break them, no other choice would be right.
      const flaw = option === 'provider' ? undefined : whyNotTogether({ ...said, [option]: chosen });
      if (flaw === undefined) return chosen;
      warn(`not ${chosen}: ${flaw}`);
    }
  }
  const flaw = async (typed: string): Promise<string | undefined> => {
    const text = typed.trim();
    if (text === '') return preset === undefined ? 'it must be said' : undefined;
    return check?.(text, said) ?? (await look?.(text)) ?? whyNotTogether({ ...said, [option]: text });
  };
  return (await questions.ask(question, preset || undefined, flaw)).trim() || (preset ?? '');
}

function refuseWrong(given: Said): void {
  const wrong = INIT_FIELDS.flatMap(({ option, check }) => {
    const text = given[option];
    const why = text === undefined ? undefined : check?.(text, given);
    return why === undefined ? [] : [`--${option} cannot be ${JSON.stringify(text)}: ${why}`];
  });
  if (wrong.length) throw usage('INVALID_OPTION', `${wrong.length === 1 ? 'an option does' : `${wrong.length} options do`} not make sense`, wrong.join('\n'));
}

/** Before more is asked: what was given does not fit by itself, and no answer would mend it. */
function refuseTogether(said: Said): void {
  const flaw = whyNotTogether(said);
  if (flaw !== undefined) throw usage('INVALID_OPTION', 'the options do not fit together', flaw);
}

function refuseForeign(given: Said, { provider = '' }: Said): void {
  const foreign = INIT_FIELDS.filter(({ option, providers }) => given[option] !== undefined && providers?.includes(provider) === false);
  if (foreign.length)
    throw usage(
      'OPTION_NOT_FOR',
      `${foreign.map(({ option }) => `--${option}`).join(', ')} ${foreign.length === 1 ? 'is' : 'are'} not for ${provider}`,
      foreign.map(({ option, providers = [] }) => `--${option} is for ${providers.join(' and ')}`).join('\n'),
    );
}

/** This machine is one of the machines that were named. */
function refuseStranger(said: Said): void {
  const names = ['control-plane', 'worker', 'etcd'].flatMap((option) => hostWords(said[option] ?? '').map(({ name }) => name));
  const { local = '' } = said;
  if (local && !names.includes(local)) throw usage('INVALID_OPTION', `--local cannot be ${JSON.stringify(local)}`, `the machines are ${names.join(', ')}`);
}

function refuseMissing(missing: readonly InitField[], { provider = '', topology = 'single' }: Said): never {
  const words = { topology, ...smallest(topology, { prefix: 'n', address: (n) => `192.168.2.${10 + n}`, endpoint: '192.168.2.100:8443' }), user: 'debian' };
  const typed = Object.entries(words)
    .map(([option, value]) => `--${option} ${value}`)
    .join(' ');
  throw new AppError({
    code: 'MISSING_OPTIONS',
    what: `${missing.length === 1 ? 'an option is' : `${missing.length} options are`} missing for a cluster of ${missing.some(({ option }) => option === 'topology') ? provider : topology}`,
    why: missing.map(({ option, value, says }) => `--${option} ${value.toUpperCase()}: ${says}`).join('\n'),
    next: [`for example: ckadet cluster init NAME ${typed}`, 'or answer questions: run it on a terminal, without --yes'],
    exitCode: EXIT.usage,
  });
}

const usage = (code: string, what: string, why: string): AppError =>
  new AppError({ code, what, why, next: ['see what it takes: ckadet cluster init --help'], exitCode: EXIT.usage });
