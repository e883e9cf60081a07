// Every file that a plan puts on a host, at `HOST/its/path`, with placeholders for secrets. Pure.
import type { Plan } from './action.ts';
import { withPlaceholders } from './placeholders.ts';

export interface RenderedFile {
  /** `n1/etc/haproxy/haproxy.cfg` */
  readonly path: string;
  readonly content: string;
}

export function renderedFiles(plan: Plan): readonly RenderedFile[] {
  const fill = withPlaceholders(plan);
  return plan.tasks.flatMap(({ host, actions }) =>
    actions.flatMap((action) => {
      const files = action.kind === 'file' ? [action] : action.kind === 'command' ? (action.files ?? []) : [];
      return files.map(({ path, content }) => ({ path: `${host}${path}`, content: fill(content) }));
    }),
  );
}
