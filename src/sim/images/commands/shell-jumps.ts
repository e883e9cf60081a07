// How a script leaves where it is: out of the shell, out of a loop.

export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super();
    this.code = code;
  }
}

export class LoopJump extends Error {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    super();
    this.kind = kind;
  }
}
