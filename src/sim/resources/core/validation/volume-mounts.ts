// Where containers see volumes. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, notFoundValue, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateLocalDescendingPath, validatePathNoBacksteps } from './volume-paths.ts';

type Volumes = ReadonlyMap<string, Volume>;
const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const READ_ONLY_MODES = ['Disabled', 'Enabled', 'IfPossible'];

function validatePropagation({ mountPropagation }: VolumeMount, privileged: boolean, field: string): FieldError[] {
  if (mountPropagation === undefined) return [];
  return [
    ...(PROPAGATIONS.includes(mountPropagation) ? [] : [notSupported(field, mountPropagation, PROPAGATIONS)]),
    ...(mountPropagation === 'Bidirectional' && !privileged
      ? [forbiddenValue(field, 'Bidirectional mount propagation is available only to privileged containers')]
      : []),
  ];
}

function validateRecursiveReadOnly({ recursiveReadOnly, readOnly, mountPropagation = 'None' }: VolumeMount, field: string): FieldError[] {
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return [];
  if (!READ_ONLY_MODES.includes(recursiveReadOnly)) return [notSupported(field, recursiveReadOnly, READ_ONLY_MODES)];
  return [
    ...(readOnly ? [] : [forbiddenValue(field, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === 'None' ? [] : [forbiddenValue(field, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}

export function validateVolumeMounts({ volumeMounts = [], volumeDevices = [], securityContext }: Container, volumes: Volumes, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  for (const [i, mount] of volumeMounts.entries()) {
    const at = `${field}[${i}]`;
    const { name, mountPath, subPath, subPathExpr } = mount;
    if (!name) errors.push(requiredValue(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    if (!mountPath) errors.push(requiredValue(`${at}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (volumeDevices.some((each) => each.name === name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (volumeDevices.some((each) => each.devicePath === mountPath))
      errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    // Upstream leaves the index out here.
    if (subPath) errors.push(...validateLocalDescendingPath(subPath, `${field}.subPath`));
    if (subPathExpr) {
      if (subPath) errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      errors.push(...validateLocalDescendingPath(subPathExpr, `${field}.subPathExpr`));
    }
    errors.push(
      ...validatePropagation(mount, securityContext?.privileged === true, `${field}.mountPropagation`),
      ...validateRecursiveReadOnly(mount, `${field}.recursiveReadOnly`),
    );
  }
  return errors;
}

export function validateVolumeDevices(devices: readonly VolumeDevice[], mounts: readonly VolumeMount[], volumes: Volumes, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, { name, devicePath }] of devices.entries()) {
    const at = `${field}[${i}]`;
    const volume = volumes.get(name);
    if (!name) errors.push(requiredValue(`${at}.name`));
    if (names.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(invalidValue(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'));
    if (!volume) errors.push(notFoundValue(`${at}.name`, name));
    if (!devicePath) errors.push(requiredValue(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath && validatePathNoBacksteps(devicePath, '').length)
      errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounts.some((each) => each.name === name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'));
    if (mounts.some((each) => each.mountPath === devicePath))
      errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    if (name) names.add(name);
  }
  return errors;
}
