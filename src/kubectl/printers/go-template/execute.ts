// A template applied to an object: what it writes, and where and why it fails. Models text/template/exec.go
import { GoFloat } from '../../../kube/machinery/go-values.ts';
import { isJsonObject } from '../../../kube/machinery/json.ts';
import { goQuote } from '../../go-quote.ts';
import { printed } from './format.ts';
import { FunctionFailure, FUNCTIONS, type Parameter, type TemplateFunction } from './functions.ts';
import { nodeText, type AnyNode, type Branch, type CommandNode, type List, type Operand, type OperandOf, type Pipe, type Statement } from './nodes.ts';
import type { Templates } from './parser.ts';
import { bare, boxed, dataType, entriesOf, GoInt, INVALID, isInteger, isTrue, kindOf, numberIn, typeName, unboxed, type Data, type Value } from './values.ts';

/** A template that does not fit its object, in Go's words. */
export class TemplateFailure extends Error {}

export interface Execution {
  readonly templates: Templates;
  readonly name: string;
  /** A key that is not there is a failure. */
  readonly missingIsError: boolean;
  readonly write: (text: string) => void;
}

/** Throws TemplateFailure; what was written until then stays. */
export function execute(execution: Execution, data: Data): void {
  const root = execution.templates.trees.get(execution.name);
  if (!root) throw new TemplateFailure(`template: ${execution.name}: ${goQuote(execution.name)} is an incomplete or empty template`);
  new State(execution, execution.name, bare(data), 0).run(root);
}

const MAX_DEPTH = 100_000;
class Leave extends Error {
  readonly isBreak: boolean;
  constructor(isBreak: boolean) {
    super();
    this.isBreak = isBreak;
  }
}

interface Variable {
  readonly name: string;
  value: Value;
}

class State {
  readonly #execution: Execution;
  readonly #name: string;
  readonly #depth: number;
  readonly #dot: Value;
  #variables: Variable[];
  #node: AnyNode | undefined;

  constructor(execution: Execution, name: string, dot: Value, depth: number) {
    this.#execution = execution;
    this.#name = name;
    this.#dot = dot;
    this.#depth = depth;
    this.#variables = [{ name: '$', value: dot }];
  }

  run(list: List): void {
    this.#walk(this.#dot, list);
  }

  #fail(message: string): never {
    if (!this.#node) throw new TemplateFailure(`template: ${this.#name}: ${message}`);
    const before = this.#execution.templates.text.slice(0, this.#node.at);
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1));
    throw new TemplateFailure(`template: ${this.#execution.name}:${line}:${column}: executing ${goQuote(this.#name)} at <${nodeText(this.#node)}>: ${message}`);
  }

  #walk(dot: Value, node: Statement): void {
    this.#node = node;
    switch (node.type) {
      case 'text':
        return this.#execution.write(node.text);
      case 'action': {
        const value = this.#pipeline(dot, node.pipe);
        if (!node.pipe.declares.length) this.#execution.write(textOf(value));
        return;
      }
      case 'list':
        for (const each of node.nodes) this.#walk(dot, each);
        return;
      case 'break':
      case 'continue':
        throw new Leave(node.type === 'break');
      case 'template':
        return this.#template(dot, node);
      case 'range':
        return this.#scoped(() => this.#range(dot, node));
      default:
        return this.#scoped(() => {
          const value = this.#pipeline(dot, node.pipe);
          if (isTrue(unboxed(value).data)) this.#walk(node.type === 'with' ? value : dot, node.list);
          else if (node.otherwise) this.#walk(dot, node.otherwise);
        });
    }
  }

  /** Variables that are declared within are gone behind it. */
  #scoped(task: () => void): void {
    const mark = this.#variables.length;
    try {
      task();
    } finally {
      this.#variables.length = mark;
    }
  }

  #range(dot: Value, { pipe, list, otherwise }: Branch): void {
    const { data } = this.#pipeline(dot, pipe);
    const mark = this.#variables.length;
    const once = (key: Value, item: Value): void => {
      this.#declare(pipe, key, item);
      try {
        this.#walk(item, list);
      } catch (error) {
        if (!(error instanceof Leave) || error.isBreak) throw error;
      } finally {
        this.#variables.length = mark;
      }
    };
    try {
      if (isInteger(data)) {
        const end = numberIn(data);
        if (pipe.declares.length > 1) this.#fail(`can't use ${end} to iterate over more than one variable`);
        for (let i = 0; i < end; i++) once(INVALID, bare(data instanceof GoInt ? new GoInt(i) : i));
        if (end > 0) return;
      } else if (Array.isArray(data)) {
        (data as readonly Data[]).forEach((item, i) => once(bare(new GoInt(i)), boxed(item)));
        if (data.length) return;
      } else if (isJsonObject(data) && kindOf(data) === 'map') {
        const entries = entriesOf(data);
        for (const [key, item] of entries) once(bare(key), boxed(item));
        if (entries.length) return;
      } else if (data !== undefined && data !== null) this.#fail(`range can't iterate over ${printed(data)}`);
    } catch (error) {
      if (error instanceof Leave && error.isBreak) return;
      throw error;
    }
    if (otherwise) this.#walk(dot, otherwise);
  }

  #declare({ declares, isAssign }: Pipe, key: Value, item: Value): void {
    const [first, second] = declares;
    if (first === undefined) return;
    if (isAssign) {
      this.#set(first, second === undefined ? item : key);
      if (second !== undefined) this.#set(second, item);
      return;
    }
    this.#top(1, item);
    if (second !== undefined) this.#top(2, key);
  }
  #top(from: number, value: Value): void {
    const variable = this.#variables.at(-from);
    if (variable) this.#variables[this.#variables.length - from] = { name: variable.name, value };
  }
  #set(name: string, value: Value): void {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (!variable) this.#fail(`undefined variable: ${name}`);
    else variable.value = value;
  }
  #variable(name: string): Value {
    const variable = this.#variables.findLast((each) => each.name === name);
    return variable ? variable.value : this.#fail(`undefined variable: ${name}`);
  }

  #template(dot: Value, node: Extract<Statement, { readonly type: 'template' }>): void {
    const list = this.#execution.templates.trees.get(node.name);
    if (!list) this.#fail(`template ${goQuote(node.name)} not defined`);
    if (this.#depth === MAX_DEPTH) this.#fail(`exceeded maximum template depth (${MAX_DEPTH})`);
    const inner = node.pipe ? this.#pipeline(dot, node.pipe) : INVALID;
    try {
      new State(this.#execution, node.name, inner, this.#depth + 1).run(list);
    } catch (error) {
      // The stack of this machine ends before Go's limit does.
      this.#node = node;
      if (error instanceof RangeError) this.#fail(`exceeded maximum template depth (${MAX_DEPTH})`);
      throw error;
    }
  }

  #pipeline(dot: Value, pipe: Pipe): Value {
    this.#node = pipe;
    let value: Value | undefined;
    for (const command of pipe.commands) value = unboxed(this.#command(dot, command, value));
    const result = value ?? INVALID;
    for (const name of pipe.declares) {
      if (pipe.isAssign) this.#set(name, result);
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  #notAFunction(args: readonly Operand[], final: Value | undefined): void {
    if ((args.length > 1 || final) && args[0]) this.#fail(`can't give argument to non-function ${nodeText(args[0])}`);
  }

  #command(dot: Value, command: CommandNode, final: Value | undefined): Value {
    const { args } = command;
    const [first] = args;
    if (!first) return INVALID;
    switch (first.type) {
      case 'field':
      case 'chain':
      case 'variable':
        return this.#reference(dot, first, args, final);
      case 'identifier':
        return this.#function(dot, first, command, { args: args.slice(1), final });
      case 'pipe':
        this.#notAFunction(args, final);
        return this.#pipeline(dot, first);
    }
    this.#node = first;
    this.#notAFunction(args, final);
    return first.type === 'nil' ? this.#fail('nil is not a command') : this.#literal(dot, first);
  }

  #literal(dot: Value, node: OperandOf<'bool' | 'dot' | 'nil' | 'number' | 'string'>): Value {
    if (node.type === 'dot') return dot;
    if (node.type === 'nil') return INVALID;
    if (node.type !== 'number') return bare(node.value);
    this.#node = node;
    if (node.isFloat) return bare(new GoFloat(node.float));
    return node.int === undefined ? this.#fail(`${node.text} overflows int`) : bare(new GoInt(node.int));
  }

  /** A field, a variable's or a pipeline's. */
  #reference(dot: Value, node: OperandOf<'field' | 'chain' | 'variable'>, args: readonly Operand[], final: Value | undefined): Value {
    this.#node = node;
    let receiver = dot;
    let { names } = node;
    if (node.type === 'variable') {
      receiver = this.#variable(names[0] ?? '');
      names = names.slice(1);
      if (!names.length) {
        this.#notAFunction(args, final);
        return receiver;
      }
    } else if (node.type === 'chain') {
      if (node.node.type === 'nil') this.#fail(`indirection through explicit nil in ${nodeText(node)}`);
      receiver = this.#argument(dot, undefined, node.node);
    }
    names.forEach((name, i) => {
      receiver = this.#field(name, receiver, i === names.length - 1 && (args.length > 1 || final !== undefined));
    });
    return receiver;
  }

  #field(name: string, receiver: Value, hasArguments: boolean): Value {
    const { data } = receiver;
    if (data === undefined) return this.#execution.missingIsError ? this.#fail(`nil data; no entry for key ${goQuote(name)}`) : INVALID;
    if (data === null) return this.#fail(`nil pointer evaluating interface {}.${name}`);
    if (!isJsonObject(data) || kindOf(data) !== 'map') return this.#fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
    if (hasArguments) this.#fail(`${name} is not a method but has arguments`);
    if (Object.hasOwn(data, name) && data[name] !== undefined) return boxed(data[name]);
    return this.#execution.missingIsError ? this.#fail(`map has no entry for key ${goQuote(name)}`) : INVALID;
  }

  #function(
    dot: Value,
    { name, at }: OperandOf<'identifier'>,
    command: AnyNode,
    { args, final }: { readonly args: readonly Operand[]; readonly final: Value | undefined },
  ): Value {
    this.#node = { type: 'identifier', name, at };
    const called = FUNCTIONS[name];
    if (!called) return this.#fail(`${goQuote(name)} is not a defined function`);
    const count = args.length + (final ? 1 : 0);
    const wanted = called.parameters.length;
    if (called.variadic ? count < wanted : count !== wanted)
      this.#fail(`wrong number of args for ${name}: want ${called.variadic ? `at least ${wanted} got ${args.length}` : `${wanted} got ${count}`}`);
    if (name === 'and' || name === 'or') return this.#andOr(dot, name, args, final);
    const values = args.map((arg, i) => this.#argument(dot, parameter(called, i), arg));
    if (final) values.push(this.#valid(final, parameter(called, args.length)));
    try {
      if (name === 'call') throw notCallable(values[0], args[0]);
      return called.call(values);
    } catch (error) {
      if (!(error instanceof FunctionFailure)) throw error;
      this.#node = command;
      return this.#fail(`error calling ${name}: ${error.message}`);
    }
  }

  #andOr(dot: Value, name: string, args: readonly Operand[], final: Value | undefined): Value {
    let value = INVALID;
    for (const arg of args) {
      value = this.#argument(dot, 'value', arg);
      if (isTrue(unboxed(value).data) === (name === 'or')) return value;
    }
    return final ? this.#valid(final, 'value') : value;
  }

  #argument(dot: Value, wanted: Parameter | undefined, node: Operand): Value {
    this.#node = node;
    switch (node.type) {
      case 'dot':
        return this.#valid(dot, wanted);
      case 'nil':
        if (wanted === 'string') this.#fail('cannot assign nil to string');
        return wanted === 'value' ? INVALID : boxed(null);
      case 'field':
      case 'chain':
      case 'variable':
        return this.#valid(this.#reference(dot, node, [], undefined), wanted);
      case 'pipe':
        return this.#valid(this.#pipeline(dot, node), wanted);
      case 'identifier':
        return this.#valid(this.#function(dot, node, node, { args: [], final: undefined }), wanted);
    }
    if (wanted === 'string' && node.type !== 'string') this.#fail(`expected string; found ${nodeText(node)}`);
    return this.#literal(dot, node);
  }

  #valid(value: Value, wanted: Parameter | undefined): Value {
    const { data } = value;
    if (wanted === 'any') return boxed(data ?? null);
    if (wanted !== 'string') return value;
    if (data === undefined) return this.#fail('invalid value; expected string');
    return typeof data === 'string' ? bare(data) : this.#fail(`wrong type for value; expected string; got ${dataType(data)}`);
  }
}

const parameter = ({ parameters, variadic }: TemplateFunction, at: number): Parameter => parameters[at] ?? variadic ?? 'any';

/** Nothing that JSON holds is a function. */
function notCallable(callee: Value | undefined, node: Operand | undefined): FunctionFailure {
  const { data } = unboxed(callee ?? INVALID);
  if (data === undefined) return new FunctionFailure('call of nil');
  return new FunctionFailure(`non-function ${node ? nodeText(node) : printed(data)} of type ${dataType(data)}`);
}

const textOf = (value: Value): string => {
  const { data } = unboxed(value);
  return data === undefined ? '<no value>' : printed(data);
};
