// What a volume is made of, for pods and persistent volumes alike: the first source that is set, with its fields. To add one: a line in SOURCES.
import { canonicalQuantity, compareQuantity, quantityOf, ZERO } from '../../kube/machinery/quantity.ts';
import { goText } from '../../kube/machinery/go-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { textField } from '../resources/info.ts';
import { cut, NONE, UNSET } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

type Write = (w: DescribeWriter, source: JsonObject) => void;
/** The label with its colon, and what stands behind it. */
type Line = readonly [label: string, text: (source: JsonObject) => string];

const text =
  (field: string, absent = '') =>
  (source: JsonObject): string => {
    const value = source[field];
    return value === undefined || value === null ? absent : String(value);
  };
const flag = (field: string) => text(field, 'false');
const number = (field: string) => text(field, '0');
const list =
  (field: string) =>
  (source: JsonObject): string =>
    goText((source[field] as JsonValue | undefined) ?? []);

/** References as the server's own types print themselves. */
const secret =
  (field: string, withNamespace = false) =>
  (source: JsonObject): string => {
    const reference = source[field];
    if (!isJsonObject(reference)) return 'nil';
    const name = textField(reference, 'name');
    return withNamespace ? `&SecretReference{Name:${name},Namespace:${textField(reference, 'namespace')},}` : `&LocalObjectReference{Name:${name},}`;
  };
const withinSecret =
  (field: string) =>
  ({ secretRef }: JsonObject): string =>
    isJsonObject(secretRef) ? textField(secretRef, field) : '';

const fields =
  (type: string, ...lines: readonly Line[]): Write =>
  (w, source) => {
    w.field(2, 'Type', type);
    for (const [label, textOf] of lines) w.line(2, `${label}\t${textOf(source)}`);
  };

const READ_ONLY: Line = ['ReadOnly:', flag('readOnly')];
const FS_TYPE: Line = ['FSType:', text('fsType')];
const VOLUME_ID: Line = ['VolumeID:', text('volumeID')];
const PARTITION: Line = ['Partition:', number('partition')];
const OPTIONAL: Line = ['Optional:', flag('optional')];

function emptyDir(w: DescribeWriter, source: JsonObject): void {
  const limit = quantityOf(textField(source, 'sizeLimit'));
  const isLimited = compareQuantity(limit, ZERO) > 0;
  fields(
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    ['Medium:', text('medium')],
    ['SizeLimit:', () => (isLimited ? canonicalQuantity(textField(source, 'sizeLimit')) : UNSET)],
  )(w, source);
}

const listOf = (source: JsonObject, field: string): readonly JsonObject[] => (Array.isArray(source[field]) ? (source[field] as readonly JsonObject[]) : []);

/** What a projected volume takes from where. */
const PROJECTIONS: Readonly<Record<string, (w: DescribeWriter, source: JsonObject) => void>> = {
  secret(w, source) {
    w.field(2, 'SecretName', textField(source, 'name'));
    w.field(2, 'Optional', source['optional'] === true);
  },
  downwardAPI(w) {
    w.field(2, 'DownwardAPI', true);
  },
  configMap(w, source) {
    w.field(2, 'ConfigMapName', textField(source, 'name'));
    w.field(2, 'Optional', source['optional'] === true);
  },
  serviceAccountToken(w, source) {
    w.field(2, 'TokenExpirationSeconds', number('expirationSeconds')(source));
  },
};

function projected(w: DescribeWriter, source: JsonObject): void {
  w.field(2, 'Type', 'Projected (a volume that contains injected data from multiple sources)');
  for (const part of listOf(source, 'sources')) {
    const found = Object.entries(PROJECTIONS).find(([key]) => isJsonObject(part[key]));
    if (found) found[1](w, part[found[0]] as JsonObject);
  }
}

function downwardApi(w: DescribeWriter, source: JsonObject): void {
  w.field(2, 'Type', 'DownwardAPI (a volume populated by information about the pod)');
  w.line(2, 'Items:');
  for (const item of listOf(source, 'items')) {
    const { fieldRef, resourceFieldRef } = item;
    if (isJsonObject(fieldRef)) w.line(3, `${textField(fieldRef, 'fieldPath')} -> ${textField(item, 'path')}`);
    if (isJsonObject(resourceFieldRef)) w.line(3, `${textField(resourceFieldRef, 'resource')} -> ${textField(item, 'path')}`);
  }
}

/** Every piece begins with the indentation anew, as upstream's does. */
function csi(w: DescribeWriter, source: JsonObject, lines: readonly Line[]): void {
  fields('CSI (a Container Storage Interface (CSI) volume source)', ...lines)(w, source);
  w.write(2, 'VolumeAttributes:\t');
  const attributes = source['volumeAttributes'];
  const keys = isJsonObject(attributes) ? Object.keys(attributes).sort() : [];
  if (!keys.length) w.line(0, NONE);
  keys.forEach((key, i) => {
    if (i > 0) {
      w.write(2, '');
      w.write(2, '\t');
    }
    w.line(2, cut(`${key}=${isJsonObject(attributes) ? textField(attributes, key) : ''}`, 140));
  });
}

const iscsi = (withNamespace: boolean): Write =>
  fields(
    "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    ['TargetPortal:', text('targetPortal')],
    ['IQN:', text('iqn')],
    ['Lun:', number('lun')],
    ['ISCSIInterface', text('iscsiInterface')],
    FS_TYPE,
    READ_ONLY,
    ['Portals:', list('portals')],
    ['DiscoveryCHAPAuth:', flag('chapAuthDiscovery')],
    ['SessionCHAPAuth:', flag('chapAuthSession')],
    ['SecretRef:', secret('secretRef', withNamespace)],
    ['InitiatorName:', text('initiatorName', NONE)],
  );
const rbd = (withNamespace: boolean): Write =>
  fields(
    "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    ['CephMonitors:', list('monitors')],
    ['RBDImage:', text('image')],
    FS_TYPE,
    ['RBDPool:', text('pool')],
    ['RadosUser:', text('user')],
    ['Keyring:', text('keyring')],
    ['SecretRef:', secret('secretRef', withNamespace)],
    READ_ONLY,
  );
const cinder = (withNamespace: boolean): Write =>
  fields('Cinder (a Persistent Disk resource in OpenStack)', VOLUME_ID, FS_TYPE, READ_ONLY, ['SecretRef:', secret('secretRef', withNamespace)]);
const cephFs = (withNamespace: boolean): Write =>
  fields(
    "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    ['Monitors:', list('monitors')],
    ['Path:', text('path')],
    ['User:', text('user')],
    ['SecretFile:', text('secretFile')],
    ['SecretRef:', secret('secretRef', withNamespace)],
    READ_ONLY,
  );
const flexVolume = (withNamespace: boolean): Write =>
  fields(
    'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    ['Driver:', text('driver')],
    FS_TYPE,
    ['SecretRef:', secret('secretRef', withNamespace)],
    READ_ONLY,
    ['Options:', (source) => goText((source['options'] as JsonValue | undefined) ?? {})],
  );
const scaleIo = (...secretLines: readonly Line[]): Write =>
  fields(
    'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
    ['Gateway:', text('gateway')],
    ['System:', text('system')],
    ['Protection Domain:', text('protectionDomain')],
    ['Storage Pool:', text('storagePool')],
    ['Storage Mode:', text('storageMode')],
    ['VolumeName:', text('volumeName')],
    ...secretLines,
    FS_TYPE,
    READ_ONLY,
  );
const GLUSTERFS = "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)";
const AZURE_FILE = 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)';

interface Source {
  /** The field of the volume. */
  readonly field: string;
  readonly inPod?: Write;
  readonly inPersistentVolume?: Write;
}
const both = (field: string, write: Write): Source => ({ field, inPod: write, inPersistentVolume: write });
const apart = (field: string, of: (withNamespace: boolean) => Write): Source => ({ field, inPod: of(false), inPersistentVolume: of(true) });

const SOURCES: readonly Source[] = [
  both('hostPath', fields('HostPath (bare host directory volume)', ['Path:', text('path')], ['HostPathType:', text('type', NONE)])),
  { field: 'emptyDir', inPod: emptyDir },
  both(
    'gcePersistentDisk',
    fields('GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)', ['PDName:', text('pdName')], FS_TYPE, PARTITION, READ_ONLY),
  ),
  both('awsElasticBlockStore', fields('AWSElasticBlockStore (a Persistent Disk resource in AWS)', VOLUME_ID, FS_TYPE, PARTITION, READ_ONLY)),
  {
    field: 'gitRepo',
    inPod: fields('GitRepo (a volume that is pulled from git when the pod is created)', ['Repository:', text('repository')], ['Revision:', text('revision')]),
  },
  { field: 'secret', inPod: fields('Secret (a volume populated by a Secret)', ['SecretName:', text('secretName')], OPTIONAL) },
  { field: 'configMap', inPod: fields('ConfigMap (a volume populated by a ConfigMap)', ['Name:', text('name')], OPTIONAL) },
  both('nfs', fields('NFS (an NFS mount that lasts the lifetime of a pod)', ['Server:', text('server')], ['Path:', text('path')], READ_ONLY)),
  apart('iscsi', iscsi),
  {
    field: 'glusterfs',
    inPod: fields(GLUSTERFS, ['EndpointsName:', text('endpoints')], ['Path:', text('path')], READ_ONLY),
    inPersistentVolume: fields(
      GLUSTERFS,
      ['EndpointsName:', text('endpoints')],
      ['EndpointsNamespace:', text('endpointsNamespace', UNSET)],
      ['Path:', text('path')],
      READ_ONLY,
    ),
  },
  {
    field: 'persistentVolumeClaim',
    inPod: fields('PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)', ['ClaimName:', text('claimName')], READ_ONLY),
  },
  apart('rbd', rbd),
  both(
    'quobyte',
    fields("Quobyte (a Quobyte mount on the host that shares a pod's lifetime)", ['Registry:', text('registry')], ['Volume:', text('volume')], READ_ONLY),
  ),
  { field: 'downwardAPI', inPod: downwardApi },
  both(
    'azureDisk',
    fields(
      'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
      ['DiskName:', text('diskName')],
      ['DiskURI:', text('diskURI')],
      ['Kind: ', text('kind')],
      FS_TYPE,
      ['CachingMode:', text('cachingMode')],
      READ_ONLY,
    ),
  ),
  both(
    'vsphereVolume',
    fields('vSphereVolume (a Persistent Disk resource in vSphere)', ['VolumePath:', text('volumePath')], FS_TYPE, [
      'StoragePolicyName:',
      text('storagePolicyName'),
    ]),
  ),
  apart('cinder', cinder),
  both('photonPersistentDisk', fields('PhotonPersistentDisk (a Persistent Disk resource in photon platform)', ['PdID:', text('pdID')], FS_TYPE)),
  both('portworxVolume', fields('PortworxVolume (a Portworx Volume resource)', VOLUME_ID)),
  {
    field: 'scaleIO',
    inPod: scaleIo(),
    inPersistentVolume: scaleIo(['SecretName:', withinSecret('name')], ['SecretNamespace:', withinSecret('namespace')]),
  },
  { field: 'local', inPersistentVolume: fields('LocalVolume (a persistent volume backed by local storage on a node)', ['Path:', text('path')]) },
  apart('cephfs', cephFs),
  both(
    'storageos',
    fields(
      'StorageOS (a StorageOS Persistent Disk resource)',
      ['VolumeName:', text('volumeName')],
      ['VolumeNamespace:', text('volumeNamespace')],
      FS_TYPE,
      READ_ONLY,
    ),
  ),
  both(
    'fc',
    fields(
      'FC (a Fibre Channel disk)',
      ['TargetWWNs:', ({ targetWWNs }) => (Array.isArray(targetWWNs) ? targetWWNs.join(', ') : '')],
      ['LUN:', text('lun', NONE)],
      FS_TYPE,
      READ_ONLY,
    ),
  ),
  {
    field: 'azureFile',
    inPod: fields(AZURE_FILE, ['SecretName:', text('secretName')], ['ShareName:', text('shareName')], READ_ONLY),
    inPersistentVolume: fields(
      AZURE_FILE,
      ['SecretName:', text('secretName')],
      ['SecretNamespace:', text('secretNamespace')],
      ['ShareName:', text('shareName')],
      READ_ONLY,
    ),
  },
  apart('flexVolume', flexVolume),
  both(
    'flocker',
    fields('Flocker (a Flocker volume mounted by the Flocker agent)', ['DatasetName:', text('datasetName')], ['DatasetUUID:', text('datasetUUID')]),
  ),
  { field: 'projected', inPod: projected },
  {
    field: 'csi',
    inPod: (w, source) => csi(w, source, [['Driver:', text('driver')], FS_TYPE, READ_ONLY]),
    inPersistentVolume: (w, source) => csi(w, source, [['Driver:', text('driver')], FS_TYPE, ['VolumeHandle:', text('volumeHandle')], READ_ONLY]),
  },
  { field: 'image', inPod: fields('Image (a container image or OCI artifact)', ['Reference:', text('reference')], ['PullPolicy:', text('pullPolicy')]) },
];

/** `others` are sources that only their caller knows how to write. */
export function writeVolumeSource(
  w: DescribeWriter,
  volume: object,
  owner: 'inPod' | 'inPersistentVolume',
  others: Readonly<Record<string, Write>> = {},
): void {
  const sources = volume as JsonObject;
  const known: readonly Source[] = [...Object.entries(others).map(([field, write]): Source => both(field, write)), ...SOURCES];
  for (const source of known) {
    const value = sources[source.field];
    const write = source[owner];
    if (write && isJsonObject(value)) return write(w, value);
  }
  w.line(1, '<unknown>');
}
