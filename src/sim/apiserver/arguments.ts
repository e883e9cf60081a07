// Arguments of the API server, as in its manifest: those that the simulator knows. Models kubernetes/cmd/kube-apiserver/app/options
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { rangeOf } from './allocation/service-ranges.ts';
import { checkSwitches, type AdmissionSwitches } from './admission/registry.ts';

const KNOWN = ['enable-admission-plugins', 'disable-admission-plugins', 'service-cluster-ip-range'];
/** Certificates and the cluster's own services are made for it. */
const OWN_RANGE = '10.96.0.0/12';
/** What kubeadm's manifest says. */
const BY_KUBEADM = ['NodeRestriction'];

export interface ApiServerArguments {
  readonly admission: AdmissionSwitches;
  /** Left out: as kubeadm has it. */
  readonly serviceCidrs?: readonly string[];
}

const names = (value: string): string[] =>
  value
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

/** The first stays what it is; a second one is of the other family. Throws AppError. */
function parseRanges(value: string): readonly string[] {
  const ranges = names(value);
  const [first, second] = ranges;
  const parsed = second === undefined ? undefined : rangeOf(second);
  const isGood = first === OWN_RANGE && ranges.length <= 2 && (second === undefined || (parsed?.family === 'IPv6' && Number(second.split('/')[1]) >= 64));
  if (isGood) return ranges;
  throw new AppError({
    code: 'UNSUPPORTED_SERVICE_RANGE',
    what: `the simulated API server cannot hand out service addresses from ${JSON.stringify(value)}`,
    why: `its first range is always ${OWN_RANGE}; a second one is of IPv6, with a prefix of 64 or longer`,
    next: [`ckadet up --apiserver-arg service-cluster-ip-range=${OWN_RANGE},fd00:10:96::/112`, 'or add a range to a running cluster with a ServiceCIDR object'],
    exitCode: EXIT.usage,
  });
}

/** Reads `NAME=VALUE`, with or without dashes in front; the last of a name counts. Throws AppError for what is not known. */
export function parseArguments(texts: readonly string[]): ApiServerArguments {
  const given = new Map<string, string>();
  for (const text of texts) {
    const [, name = '', value] = /^(?:--)?([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    if (!KNOWN.includes(name) || value === undefined)
      throw new AppError({
        code: 'UNKNOWN_APISERVER_ARGUMENT',
        what: `the simulated API server has no argument ${JSON.stringify(text)}`,
        why: `it knows: ${KNOWN.map((each) => `${each}=…`).join(', ')}`,
        next: ['correct the argument: ckadet up --apiserver-arg enable-admission-plugins=AlwaysPullImages'],
        exitCode: EXIT.usage,
      });
    given.set(name, value);
  }
  const enable = given.get('enable-admission-plugins');
  const disable = given.get('disable-admission-plugins');
  const admission = { enable: [...BY_KUBEADM, ...(enable === undefined ? [] : names(enable))], disable: disable === undefined ? [] : names(disable) };
  checkSwitches(admission);
  const range = given.get('service-cluster-ip-range');
  return range === undefined ? { admission } : { admission, serviceCidrs: parseRanges(range) };
}
