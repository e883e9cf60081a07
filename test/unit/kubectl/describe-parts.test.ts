// Pieces of descriptions: columns, probes, endpoints, ages.
import { expect, test } from 'vitest';
import { endpointsText } from '../../../src/kubectl/describe/endpoints-text.ts';
import { eventAge } from '../../../src/kubectl/describe/events.ts';
import { probeText } from '../../../src/kubectl/describe/probe.ts';
import { tabulated } from '../../../src/kubectl/describe/writer.ts';
import type { EndpointSlice } from '../../../src/kube/api/discovery-v1.ts';
import type { Event } from '../../../src/kube/api/core-v1.ts';
import { humanDuration } from '../../../src/kube/machinery/human-duration.ts';

test('columns stand two spaces apart, and end with a line that has none', () => {
  expect(tabulated('Name:\tweb\nLabels:\ta=b\n\tc=d\nEvents:\n  Type\tReason\n')).toBe('Name:    web\nLabels:  a=b\n         c=d\nEvents:\n  Type  Reason\n');
  expect(tabulated('a\tb')).toBe('a  b');
});

const NUMBERS = 'delay=0s timeout=1s period=10s #success=1 #failure=3';
const numbers = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
test.each([
  [{ exec: { command: ['cat', '/x'] } }, 'exec [cat /x]'],
  [{ httpGet: { path: 'a b?c=d', port: 'http', scheme: 'HTTPS' as const } }, 'http-get https://:http/a%20b%3Fc=d'],
  [{ httpGet: { port: 80, host: '::1', scheme: 'HTTP' as const } }, 'http-get http://[::1]:80'],
  [{ tcpSocket: { port: 80 } }, 'tcp-socket :80'],
  [{ grpc: { port: 9, service: 's' } }, 'grpc <pod>:9 s'],
  [{}, 'unknown'],
])('the probe %o', (probe, text) => {
  expect(probeText({ ...numbers, ...probe })).toBe(`${text} ${NUMBERS}`);
});

test('three endpoints are shown, and those that are not ready are none', () => {
  const slice = (ready: readonly (boolean | undefined)[]): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {},
    addressType: 'IPv4',
    ports: [{ name: 'p', port: 80 }],
    endpoints: ready.map((each, i) => ({ addresses: [`10.0.0.${i + 1}`], conditions: each === undefined ? {} : { ready: each } })),
  });
  expect(endpointsText([], 'p')).toBe('<none>');
  expect(endpointsText([slice([true, false, undefined])], 'p')).toBe('10.0.0.1:80,10.0.0.3:80');
  expect(endpointsText([slice([true, true, true, true, true])], 'p')).toBe('10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...');
  expect(endpointsText([slice([true])], 'q')).toBe('');
});

test('what happened several times says how often and since when', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  const event = (fields: Partial<Event>): Event => fields as Event;
  expect(eventAge(event({ firstTimestamp: '2026-01-01T00:57:00Z' }), now)).toBe('3m');
  expect(eventAge(event({ firstTimestamp: '2026-01-01T00:57:00Z', lastTimestamp: '2026-01-01T00:59:50Z', count: 4 }), now)).toBe('10s (x4 over 3m)');
  expect(eventAge(event({ eventTime: '2026-01-01T00:57:00Z', series: { count: 2, lastObservedTime: '2026-01-01T00:59:00Z' } }), now)).toBe('60s (x2 over 3m)');
  expect(eventAge(event({}), now)).toBe('<unknown>');
});

test.each([
  [-2000, '<invalid>'],
  [-1500, '0s'],
  [119_999, '119s'],
  [120_000, '2m'],
  [599_000, '9m59s'],
  [3 * 3600_000, '3h'],
  [8 * 3600_000 - 1, '7h59m'],
  [47 * 3600_000, '47h'],
  [50 * 3600_000, '2d2h'],
  [800 * 86_400_000, '2y70d'],
])('%d milliseconds are %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});
