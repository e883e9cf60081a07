// Every command of kubectl, in the order of its help. To add one: a file under commands/ and a line here.
import { group, leaf, type Node, type Section } from './command-tree.ts';

export const SECTIONS: readonly Section[] = [
  {
    title: 'Basic Commands (Beginner)',
    nodes: [
      group(
        'create',
        'Make a resource from a file or from standard input',
        [
          leaf('clusterrole', 'Make a cluster role', () => import('./commands/create/clusterrole.ts')),
          leaf('clusterrolebinding', 'Bind a cluster role in the whole cluster', () => import('./commands/create/clusterrolebinding.ts')),
          leaf('configmap', 'Make a config map of files and literal values', () => import('./commands/create/configmap.ts'), { aliases: ['cm'] }),
          leaf('cronjob', 'Make a cron job', () => import('./commands/create/cronjob.ts'), { aliases: ['cj'] }),
          leaf('deployment', 'Make a deployment', () => import('./commands/create/deployment.ts'), { aliases: ['deploy'] }),
          leaf('ingress', 'Make an ingress', () => import('./commands/create/ingress.ts'), { aliases: ['ing'] }),
          leaf('job', 'Make a job', () => import('./commands/create/job.ts')),
          leaf('namespace', 'Make a namespace', () => import('./commands/create/namespace.ts'), { aliases: ['ns'] }),
          leaf('poddisruptionbudget', 'Make a pod disruption budget', () => import('./commands/create/poddisruptionbudget.ts'), { aliases: ['pdb'] }),
          leaf('priorityclass', 'Make a priority class', () => import('./commands/create/priorityclass.ts'), { aliases: ['pc'] }),
          leaf('quota', 'Make a resource quota', () => import('./commands/create/quota.ts'), { aliases: ['resourcequota'] }),
          leaf('role', 'Make a role of one rule', () => import('./commands/create/role.ts')),
          leaf('rolebinding', 'Bind a role in a namespace', () => import('./commands/create/rolebinding.ts')),
          group(
            'secret',
            'Make a secret',
            [
              leaf('docker-registry', 'Make a secret for a registry of images', () => import('./commands/create/secret/docker-registry.ts')),
              leaf('generic', 'Make a secret of files and literal values', () => import('./commands/create/secret/generic.ts')),
              leaf('tls', 'Make a secret of a certificate and its key', () => import('./commands/create/secret/tls.ts')),
            ],
            { usage: '(docker-registry | generic | tls)' },
          ),
          group(
            'service',
            'Make a service',
            [
              leaf('clusterip', 'Make a service inside the cluster', () => import('./commands/create/service/clusterip.ts')),
              leaf('externalname', 'Make a service for a name outside', () => import('./commands/create/service/externalname.ts')),
              leaf('loadbalancer', 'Make a service behind a load balancer', () => import('./commands/create/service/loadbalancer.ts')),
              leaf('nodeport', 'Make a service at a port of the nodes', () => import('./commands/create/service/nodeport.ts')),
            ],
            { aliases: ['svc'], usage: '[flags]' },
          ),
          leaf('serviceaccount', 'Make a service account', () => import('./commands/create/serviceaccount.ts'), { aliases: ['sa'] }),
          leaf('token', 'Ask for a token of a service account', () => import('./commands/create/token.ts')),
        ],
        { load: () => import('./commands/create.ts') },
      ),
      leaf('expose', 'Make a service for a deployment, a pod and the like', () => import('./commands/expose.ts')),
      leaf('run', 'Run an image in a pod', () => import('./commands/run.ts')),
      group('set', 'Set one thing of an object', [
        leaf('env', 'Set variables of containers', () => import('./commands/set/env.ts')),
        leaf('image', 'Set images of containers', () => import('./commands/set/image.ts')),
        leaf('resources', 'Set requests and limits of containers', () => import('./commands/set/resources.ts')),
        leaf('selector', 'Set the selector of a service', () => import('./commands/set/selector.ts')),
        leaf('serviceaccount', 'Set the service account of pods', () => import('./commands/set/serviceaccount.ts'), { aliases: ['sa'] }),
        leaf('subject', 'Add to those that a binding is for', () => import('./commands/set/subject.ts')),
      ]),
    ],
  },
  {
    title: 'Basic Commands (Intermediate)',
    nodes: [
      leaf('explain', 'Describe a resource and its fields', () => import('./commands/explain.ts')),
      leaf('get', 'Show one or many resources', () => import('./commands/get.ts')),
      leaf('edit', 'Change objects in an editor', () => import('./commands/edit.ts')),
      leaf('delete', 'Delete resources by file, name, label or all of a type', () => import('./commands/delete.ts')),
    ],
  },
  {
    title: 'Deploy Commands',
    nodes: [
      group(
        'rollout',
        'See, restart, pause and undo rollouts',
        [
          leaf('history', 'Show the revisions it had', () => import('./commands/rollout/history.ts')),
          leaf('pause', 'Let changes wait', () => import('./commands/rollout/pause.ts')),
          leaf('restart', 'Replace its pods', () => import('./commands/rollout/restart.ts')),
          leaf('resume', 'Go on after a pause', () => import('./commands/rollout/resume.ts')),
          leaf('status', 'Follow a rollout until it is done', () => import('./commands/rollout/status.ts')),
          leaf('undo', 'Go back to an earlier revision', () => import('./commands/rollout/undo.ts')),
        ],
        { long: 'Manages the rollouts of deployments, daemon sets and stateful sets.', helpsOn: 'stdout' },
      ),
      leaf('scale', 'Set how many replicas there are', () => import('./commands/scale.ts')),
      leaf('autoscale', 'Let the number of replicas follow what they use', () => import('./commands/autoscale.ts')),
    ],
  },
  {
    title: 'Cluster Management Commands',
    nodes: [
      group(
        'certificate',
        'Decide on certificate signing requests',
        [
          leaf('approve', 'Approve a certificate signing request', () => import('./commands/certificate/approve.ts')),
          leaf('deny', 'Deny a certificate signing request', () => import('./commands/certificate/deny.ts')),
        ],
        { load: () => import('./commands/certificate.ts') },
      ),
      group('cluster-info', 'Show where the cluster is', [leaf('dump', 'Write what helps to find a fault', () => import('./commands/cluster-info/dump.ts'))], {
        load: () => import('./commands/cluster-info.ts'),
      }),
      group(
        'top',
        'Show what nodes and pods use',
        [
          leaf('node', 'Show how much processor and memory nodes use', () => import('./commands/top/node.ts'), { aliases: ['nodes', 'no'] }),
          leaf('pod', 'Show how much processor and memory pods use', () => import('./commands/top/pod.ts'), { aliases: ['pods', 'po'] }),
        ],
        { long: 'Shows how much processor and memory is used, as the metrics server last saw it.', usage: '[flags]' },
      ),
      leaf('cordon', 'Keep new pods from a node', () => import('./commands/cordon.ts')),
      leaf('uncordon', 'Let new pods onto a node', () => import('./commands/uncordon.ts')),
      leaf('drain', 'Empty a node for maintenance', () => import('./commands/drain.ts')),
      leaf('taint', 'Set and remove taints of nodes', () => import('./commands/taint.ts')),
    ],
  },
  {
    title: 'Troubleshooting and Debugging Commands',
    nodes: [
      leaf('describe', 'Show objects at length, with what happened to them', () => import('./commands/describe.ts')),
      leaf('logs', 'Print what containers have written', () => import('./commands/logs.ts')),
      leaf('attach', 'Attach to a container that runs', () => import('./commands/attach.ts')),
      leaf('exec', 'Run a program in a container', () => import('./commands/exec.ts')),
      leaf('port-forward', 'Lead ports of this machine to a pod', () => import('./commands/port-forward.ts')),
      leaf('proxy', 'Lead a port of this machine to the API server', () => import('./commands/proxy.ts')),
      leaf('cp', 'Copy files to containers and from them', () => import('./commands/cp.ts')),
      group(
        'auth',
        'Look into authorization',
        [
          leaf('can-i', 'Ask whether an action is allowed', () => import('./commands/auth/can-i.ts')),
          leaf('reconcile', 'Bring roles and bindings to what files say', () => import('./commands/auth/reconcile.ts')),
          leaf('whoami', 'Show as whom the server knows you', () => import('./commands/auth/whoami.ts')),
        ],
        { usage: '[flags]' },
      ),
      leaf('debug', 'Look into pods and nodes with containers for that', () => import('./commands/debug.ts')),
      leaf('events', 'List what happened lately', () => import('./commands/events.ts')),
    ],
  },
  {
    title: 'Advanced Commands',
    nodes: [
      leaf('diff', 'Show what applying would change', () => import('./commands/diff.ts')),
      group(
        'apply',
        'Bring resources to what files say',
        [
          leaf('edit-last-applied', 'Change what was applied last in an editor', () => import('./commands/apply/edit-last-applied.ts')),
          leaf('set-last-applied', 'Make the annotation say what a file says', () => import('./commands/apply/set-last-applied.ts')),
          leaf('view-last-applied', 'Show what was applied last', () => import('./commands/apply/view-last-applied.ts')),
        ],
        { load: () => import('./commands/apply.ts') },
      ),
      leaf('patch', 'Change fields of an object', () => import('./commands/patch.ts')),
      leaf('replace', 'Put whole objects in the place of others', () => import('./commands/replace.ts')),
      leaf('wait', 'Wait for objects to be what is wanted', () => import('./commands/wait.ts')),
      leaf('kustomize', 'Show what a kustomization means', () => import('./commands/kustomize.ts')),
    ],
  },
  {
    title: 'Settings Commands',
    nodes: [
      leaf('label', 'Set and remove labels', () => import('./commands/label.ts')),
      leaf('annotate', 'Set and remove annotations', () => import('./commands/annotate.ts')),
      leaf('completion', 'Write the completion script of a shell: bash, zsh, fish or powershell', () => import('./commands/completion.ts')),
    ],
  },
  {
    title: 'Other Commands',
    nodes: [
      group(
        'alpha',
        'Commands that are not settled yet',
        [
          group('kuberc', 'Work with the file of preferences', [
            leaf('set', 'Set preferred flags of a command, or an alias', () => import('./commands/alpha/kuberc/set.ts')),
            leaf('view', 'Show the preferences', () => import('./commands/alpha/kuberc/view.ts')),
          ]),
        ],
        { load: () => import('./commands/alpha.ts') },
      ),
      leaf('api-resources', 'List the resources that the server offers', () => import('./commands/api-resources.ts')),
      leaf('api-versions', 'List the API versions of the server as group/version', () => import('./commands/api-versions.ts')),
      group(
        'config',
        'Change kubeconfig files',
        [
          leaf('current-context', 'Show the current context', () => import('./commands/config/current-context.ts')),
          leaf('delete-cluster', 'Take a cluster out of the kubeconfig', () => import('./commands/config/delete-cluster.ts')),
          leaf('delete-context', 'Take a context out of the kubeconfig', () => import('./commands/config/delete-context.ts')),
          leaf('delete-user', 'Take a user out of the kubeconfig', () => import('./commands/config/delete-user.ts')),
          leaf('get-clusters', 'List the clusters of the kubeconfig', () => import('./commands/config/get-clusters.ts')),
          leaf('get-contexts', 'List contexts of the kubeconfig', () => import('./commands/config/get-contexts.ts')),
          leaf('get-users', 'List the users of the kubeconfig', () => import('./commands/config/get-users.ts')),
          leaf('rename-context', 'Give a context another name', () => import('./commands/config/rename-context.ts')),
          leaf('set', 'Set one value of the kubeconfig', () => import('./commands/config/set.ts')),
          leaf('set-cluster', 'Make or change a cluster of the kubeconfig', () => import('./commands/config/set-cluster.ts')),
          leaf('set-context', 'Make or change a context of the kubeconfig', () => import('./commands/config/set-context.ts')),
          leaf('set-credentials', 'Make or change a user of the kubeconfig', () => import('./commands/config/set-credentials.ts')),
          leaf('unset', 'Take one value out of the kubeconfig', () => import('./commands/config/unset.ts')),
          leaf('use-context', 'Set the current context', () => import('./commands/config/use-context.ts'), { aliases: ['use'] }),
          leaf('view', 'Show the kubeconfig', () => import('./commands/config/view.ts')),
        ],
        {
          long: 'Changes kubeconfig files, such as "kubectl config set current-context my-context".\n\n The file is the one of --kubeconfig; without it those that $KUBECONFIG lists, together; without that ~/.kube/config.',
        },
      ),
      group('plugin', 'Work with plugins', [leaf('list', 'List the plugins on the PATH', () => import('./commands/plugin/list.ts'))], { usage: '[flags]' }),
      leaf('version', 'Show the versions of kubectl and of the server', () => import('./commands/version.ts')),
    ],
  },
];

/** Commands of no section. */
const OTHERS: readonly Node[] = [leaf('options', 'List the flags that every command takes', () => import('./commands/options.ts'))];

export const TREE: readonly Node[] = [...SECTIONS.flatMap(({ nodes }) => nodes), ...OTHERS];
