// What a subresource answers that has nothing to show.
import type { Answer } from '../request.ts';

export const success = (code: number): Answer => ({ kind: 'other', code, value: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code } });
