// Arguments of the API server, as in its manifest: those that the simulator knows. Models kubernetes/cmd/kube-apiserver/app/options
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { checkSwitches, type AdmissionSwitches } from './admission/registry.ts';

const KNOWN = ['enable-admission-plugins', 'disable-admission-plugins'];
/** What kubeadm's manifest says. */
const BY_KUBEADM = ['NodeRestriction'];

export interface ApiServerArguments {
  readonly admission: AdmissionSwitches;
}

const names = (value: string): string[] =>
  value
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

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
  return { admission };
}
