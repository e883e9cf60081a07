// Validation of volumes.
import type { Volume } from '../../../kube/api/core-v1.ts';
import { duplicateValue, forbiddenValue, invalidValues, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsLabel } from '../../../kube/machinery/names.ts';

/** The field of a source that must not be empty. */
const REQUIRED_FIELD: Readonly<Record<string, string>> = { persistentVolumeClaim: 'claimName', configMap: 'name', secret: 'secretName', hostPath: 'path' };

export function validateVolumes(volumes: readonly Volume[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, volume] of volumes.entries()) {
    const at = `${field}[${i}]`;
    if (!volume.name) errors.push(requiredValue(`${at}.name`));
    else errors.push(...invalidValues(`${at}.name`, volume.name, validateDnsLabel(volume.name)));
    if (seen.has(volume.name)) errors.push(duplicateValue(`${at}.name`, volume.name));
    seen.add(volume.name);
    const sources = Object.keys(volume).filter((key) => key !== 'name');
    for (const extra of sources.slice(1)) errors.push(forbiddenValue(`${at}.${extra}`, 'may not specify more than 1 volume type'));
    if (!sources.length) errors.push(requiredValue(at, 'must specify a volume type'));
    for (const source of sources) {
      const required = REQUIRED_FIELD[source];
      const body = (volume as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[source];
      if (required && !body?.[required]) errors.push(requiredValue(`${at}.${source}.${required}`));
    }
  }
  return errors;
}
