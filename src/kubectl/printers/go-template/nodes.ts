// The parts of a template, and how each is written in a complaint. Models text/template/parse/node.go
export interface Placed {
  /** Where in the text it stands. */
  readonly at: number;
}
export type Operand =
  | (Placed & { readonly type: 'bool'; readonly value: boolean })
  | (Placed & { readonly type: 'string'; readonly value: string; readonly quoted: string })
  | (Placed & { readonly type: 'number'; readonly text: string; readonly int: number | undefined; readonly float: number; readonly isFloat: boolean })
  | (Placed & { readonly type: 'nil' })
  | (Placed & { readonly type: 'dot' })
  | (Placed & { readonly type: 'identifier'; readonly name: string })
  | (Placed & { readonly type: 'field'; readonly names: readonly string[] })
  /** The first name is the variable's, with its `$`. */
  | (Placed & { readonly type: 'variable'; readonly names: readonly string[] })
  | (Placed & { readonly type: 'chain'; readonly node: Operand; readonly names: readonly string[] })
  | Pipe;
export type OperandOf<T extends Operand['type']> = Extract<Operand, { readonly type: T }>;
export interface CommandNode extends Placed {
  readonly type: 'command';
  readonly args: readonly Operand[];
}
export interface Pipe extends Placed {
  readonly type: 'pipe';
  readonly declares: readonly string[];
  readonly isAssign: boolean;
  readonly commands: readonly CommandNode[];
}
export interface List extends Placed {
  readonly type: 'list';
  readonly nodes: readonly Statement[];
}
export interface Branch extends Placed {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: Pipe;
  readonly list: List;
  readonly otherwise: List | undefined;
}
export type Statement =
  | (Placed & { readonly type: 'text'; readonly text: string })
  | (Placed & { readonly type: 'action'; readonly pipe: Pipe })
  | (Placed & { readonly type: 'break' | 'continue' })
  | (Placed & { readonly type: 'template'; readonly name: string; readonly quoted: string; readonly pipe: Pipe | undefined })
  | Branch
  | List;
export type AnyNode = Operand | CommandNode | Statement;

export function nodeText(node: AnyNode): string {
  switch (node.type) {
    case 'bool':
      return String(node.value);
    case 'string':
      return node.quoted;
    case 'number':
      return node.text;
    case 'nil':
      return 'nil';
    case 'dot':
      return '.';
    case 'identifier':
      return node.name;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain':
      return `${inParens(node.node)}${node.names.map((name) => `.${name}`).join('')}`;
    case 'pipe': {
      const declared = node.declares.length ? `${node.declares.join(', ')} ${node.isAssign ? '=' : ':='} ` : '';
      return `${declared}${node.commands.map(nodeText).join(' | ')}`;
    }
    case 'command':
      return node.args.map(inParens).join(' ');
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    case 'template':
      return `{{template ${node.quoted}${node.pipe ? ` ${nodeText(node.pipe)}` : ''}}}`;
    case 'list':
      return node.nodes.map(nodeText).join('');
    default:
      return `{{${node.type} ${nodeText(node.pipe)}}}${nodeText(node.list)}${node.otherwise ? `{{else}}${nodeText(node.otherwise)}` : ''}{{end}}`;
  }
}

const inParens = (node: Operand): string => (node.type === 'pipe' ? `(${nodeText(node)})` : nodeText(node));
