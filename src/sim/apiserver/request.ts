// A request on a resource as the handlers see it, whether it came over HTTP or from a client in this process.
import type { JsonValue } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { DeleteOptions } from '../../kube/api/meta-v1.ts';
import type { AnyResource } from '../resources/descriptor.ts';
import type { ListParameters, ListResult } from './operations/read.ts';
import type { PatchKind } from './patch.ts';
import type { UserInfo } from './authentication/user.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface ResourceRequest {
  readonly user: UserInfo;
  readonly verb: string;
  readonly resource: AnyResource;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Parsed JSON of the body, unchecked. */
  readonly body: JsonValue | undefined;
  readonly patchKind: PatchKind | undefined;
  readonly dryRun: boolean;
  /** The option, or for other than apply what the caller's user agent begins with. */
  readonly fieldManager: string;
  /** Of apply: takes over what others own. Undefined: not said. */
  readonly force: boolean | undefined;
  readonly fieldValidation: FieldValidation;
  readonly list: ListParameters;
  readonly deletion: DeleteOptions;
  /** Everything that was asked for, for subresources with options of their own. */
  readonly query: URLSearchParams;
  warn(text: string): void;
}

/** Takes text as it comes; `closed` resolves when nobody listens any longer. */
export interface TextSink {
  write(text: string): void;
  readonly closed: Promise<void>;
}

export type Answer =
  /** Plain text that may go on for long: a log. */
  | { readonly kind: 'text'; readonly code: number; write(sink: TextSink): Promise<void> }
  | { readonly kind: 'object'; readonly code: number; readonly object: KubeObject }
  | { readonly kind: 'list'; readonly code: number; readonly list: ListResult }
  /** Something that is no API object of the resource: a Status, a Scale. */
  | { readonly kind: 'other'; readonly code: number; readonly value: JsonValue };
