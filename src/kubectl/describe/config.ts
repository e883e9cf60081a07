// kubectl describe configmap, secret and serviceaccount
import { configMaps, secrets, serviceAccounts } from '../../kube/api/resources.ts';
import { describerOf, subjectOf, type Describer } from './describer.ts';
import { writeEvents } from './events.ts';
import { NONE, writeLabelsAndAnnotations } from './metadata.ts';
import { DescribeWriter } from './writer.ts';

const sizeOf = (base64: string): number => Buffer.from(base64, 'base64').length;
const sortedKeys = (data: object = {}): readonly string[] => Object.keys(data).sort();

/** Its events are part of it: who may not see them sees nothing. */
export const configMap: Describer = async (place, means) => {
  const object = await means.get(configMaps, place);
  const { metadata, data = {}, binaryData = {} } = object;
  const w = new DescribeWriter();
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.write(0, '\nData\n====\n');
  for (const key of sortedKeys(data)) {
    w.line(0, `${key}:\n----`);
    w.line(0, data[key] ?? '');
    w.line(0, '');
  }
  w.write(0, '\nBinaryData\n====\n');
  for (const key of sortedKeys(binaryData)) w.line(0, `${key}: ${sizeOf(binaryData[key] ?? '')} bytes`);
  w.line(0, '');
  if (means.settings.showEvents) writeEvents(w, await means.findEvents(subjectOf('ConfigMap', object)), means.now);
  return w.text;
};

const TOKEN_TYPE = 'kubernetes.io/service-account-token';

export const secret = describerOf(
  secrets,
  (w, { metadata, type = '', data = {} }) => {
    w.field(0, 'Name', metadata.name ?? '');
    w.field(0, 'Namespace', metadata.namespace ?? '');
    writeLabelsAndAnnotations(w, metadata);
    w.line(0, `\nType:\t${type}`);
    w.write(0, '\nData\n====\n');
    for (const key of sortedKeys(data)) {
      const value = data[key] ?? '';
      w.field(0, key, key === 'token' && type === TOKEN_TYPE ? Buffer.from(value, 'base64').toString('utf8') : `${sizeOf(value)} bytes`);
    }
  },
  { withEvents: false },
);

export const serviceAccount = describerOf(serviceAccounts, (w, { metadata, imagePullSecrets = [] }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  writeLabelsAndAnnotations(w, metadata);
  const title = 'Image pull secrets:';
  if (!imagePullSecrets.length) w.line(0, `${title}\t${NONE}`);
  imagePullSecrets.forEach(({ name = '' }, i) => w.line(0, `${i === 0 ? title : ' '.repeat(title.length)}\t${name}`));
});
