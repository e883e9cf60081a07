// What the cluster file says of repositories. Pure.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';

/** Nothing of it where packages come from a folder. */
export type Source = Extract<ClusterSpec['file']['packages'], { readonly source: 'repositories' }>;

export const sourceOf = ({ file }: ClusterSpec): Source | undefined => (file.packages.source === 'repositories' ? file.packages : undefined);

/** The mirror's address without a slash at its end. */
export const mirrorOf = (spec: ClusterSpec): string | undefined => sourceOf(spec)?.mirror?.replace(/\/$/, '');
