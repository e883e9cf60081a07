// `$(NAME)` in commands, arguments and values. Models kubernetes/third_party/forked/golang/expansion/expand.go

/** References to unknown names stay as they are; `$$` escapes. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, next: string, name: string | undefined) => (next === '$' ? '$' : (lookup(name ?? '') ?? whole)));
}
