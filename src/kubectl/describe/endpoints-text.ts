// The first endpoints behind a service, on one line.
import type { EndpointSlice } from '../../kube/api/discovery-v1.ts';
import { NONE } from './metadata.ts';

const MOST = 3;

/** `10.244.1.4:80,10.244.2.7:80 + 2 more...`; ready ones alone, of the port of that name. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (!slices.length) return NONE;
  const shown: string[] = [];
  let count = 0;
  // Upstream looks whether the list is full before it looks whether the next one is ready.
  let hasMore = false;
  const take = ({ endpoints = [] }: EndpointSlice, textOf: (address: string) => string): void => {
    for (const { addresses, conditions } of endpoints ?? []) {
      if (shown.length === MOST) hasMore = true;
      if (conditions?.ready === false) continue;
      if (!hasMore) shown.push(textOf(addresses[0] ?? ''));
      count++;
    }
  };
  for (const slice of slices) {
    const ports = slice.ports ?? [];
    if (!ports.length) take(slice, (address) => address);
    for (const { name = '', port = 0 } of ports) if (name === portName) take(slice, (address) => `${address.includes(':') ? `[${address}]` : address}:${port}`);
  }
  return hasMore ? `${shown.join(',')} + ${count - MOST} more...` : shown.join(',');
}
