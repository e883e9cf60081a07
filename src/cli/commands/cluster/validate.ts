// ckadet cluster validate: is the cluster file right, without asking any host.
import { fileOption, loadedCluster } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';

export const command = defineCommand({
  description:
    'Reads the cluster file and everything that it names, and tells each mistake by line. No host is asked: `create` does that before it changes anything.',
  options: { file: fileOption, json: jsonOption },
  examples: [{ command: 'ckadet cluster validate -f cluster.yaml', says: 'check the file' }],
  next: [{ command: 'ckadet cluster plan', says: 'see every command it leads to' }],
  async run({ file }, { out }) {
    const { spec } = await loadedCluster(file);
    const summary = {
      cluster: spec.name,
      version: spec.version.full,
      topology: spec.file.topology,
      hosts: spec.hosts.length,
      endpoint: `${spec.endpoint.address}:${spec.endpoint.port}`,
    };
    await out.data(
      summary,
      () =>
        `${out.style.good('The cluster file is right')}: ${summary.cluster}, Kubernetes ${summary.version}, ${summary.topology}, ${summary.hosts} host${summary.hosts === 1 ? '' : 's'}, endpoint ${summary.endpoint}`,
    );
  },
});
