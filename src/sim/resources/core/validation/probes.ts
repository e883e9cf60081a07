// Probes and lifecycle hooks. Models kubernetes/pkg/apis/core/validation/validation.go
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateHttpHeaderName, validatePortName, validatePortNumber } from '../../../../kube/machinery/names.ts';
import { validateNonnegative } from '../../validation/rules.ts';

export function validatePortNumberOrName(port: number | string | null | undefined, field: string): FieldError[] {
  return typeof port === 'string' ? invalidValues(field, port, validatePortName(port)) : invalidValues(field, port ?? 0, validatePortNumber(port ?? 0));
}

const SCHEMES = ['HTTP', 'HTTPS'];
function validateHttpGet({ path, port, scheme, httpHeaders = [] }: HTTPGetAction, field: string): FieldError[] {
  return [
    ...(path ? [] : [requiredValue(`${field}.path`)]),
    ...validatePortNumberOrName(port, `${field}.port`),
    ...(SCHEMES.includes(scheme ?? '') ? [] : [notSupported(`${field}.scheme`, scheme ?? '', SCHEMES)]),
    ...httpHeaders.flatMap(({ name }) => invalidValues(`${field}.httpHeaders`, name, validateHttpHeaderName(name))),
  ];
}

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

function validateHandler(handler: Handler, graceSeconds: number | undefined, field: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const checks: readonly (readonly [string, object | null | undefined, () => FieldError[]])[] = [
    ['exec', exec, () => (exec?.command?.length ? [] : [requiredValue(`${field}.exec.command`)])],
    ['httpGet', httpGet, () => (httpGet ? validateHttpGet(httpGet, `${field}.httpGet`) : [])],
    ['tcpSocket', tcpSocket, () => validatePortNumberOrName(tcpSocket?.port, `${field}.tcpSocket.port`)],
    ['grpc', grpc, () => validatePortNumberOrName(grpc?.port, `${field}.grpc.port`)],
    ['sleep', sleep, () => (sleep ? validateSleep(sleep.seconds, graceSeconds, `${field}.sleep`) : [])],
  ];
  const given = checks.filter(([, value]) => value);
  if (!given.length) return [requiredValue(field, 'must specify a handler type')];
  return given.flatMap(([name, , validate], i) => (i === 0 ? validate() : [forbiddenValue(`${field}.${name}`, 'may not specify more than 1 handler type')]));
}

function validateSleep(seconds: number, graceSeconds: number | undefined, field: string): FieldError[] {
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  return [invalidValue(field, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)];
}

const NUMBERS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

export function validateProbe(
  probe: Probe | undefined,
  kind: 'liveness' | 'readiness' | 'startup',
  graceSeconds: number | undefined,
  field: string,
): FieldError[] {
  if (!probe) return [];
  const { terminationGracePeriodSeconds: own, successThreshold = 0 } = probe;
  const { exec, httpGet, tcpSocket, grpc } = probe as Handler;
  const errors = validateHandler({ exec, httpGet, tcpSocket, grpc } as Handler, graceSeconds, field);
  for (const each of NUMBERS) errors.push(...validateNonnegative(probe[each], `${field}.${each}`));
  if (own !== undefined && own <= 0) errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, own, 'must be greater than 0'));
  if (kind === 'readiness') {
    if (own !== undefined) errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, own, 'must not be set for readinessProbes'));
  } else if (successThreshold !== 1) errors.push(invalidValue(`${field}.successThreshold`, successThreshold, 'must be 1'));
  return errors;
}

export function validateLifecycle({ postStart, preStop }: Lifecycle, graceSeconds: number | undefined, field: string): FieldError[] {
  return [
    ...(postStart ? validateHandler(postStart as Handler, graceSeconds, `${field}.postStart`) : []),
    ...(preStop ? validateHandler(preStop as Handler, graceSeconds, `${field}.preStop`) : []),
  ];
}
