// kubectl proxy: a port of this machine that leads to the API server, as the person of the kubeconfig. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/proxy/proxy.go
import { messageOf } from '../../errors/app-error.ts';
import { defineCommand } from '../command.ts';
import { CommandError, Exit } from '../failures.ts';
import { bool, duration, int, string } from '../flags/flag.ts';
import { klogLine } from '../klog.ts';
import type { Kubectl } from '../kubectl.ts';
import type { HttpAnswer, HttpRequest } from '../ports.ts';
import { listenSentence } from '../streams/forwarding.ts';
import { forwarded, patterns, type Filter } from '../streams/proxied-requests.ts';
import { staticFile } from '../streams/static-files.ts';

/** Of a program that its log has ended. */
const FATAL = 255;

export const command = defineCommand({
  usage: '[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  long: 'Leads a port of this machine to the API server. Whoever reaches the port acts as you: hosts, paths and methods that are let through can be narrowed.',
  examples: `# At port 8001
kubectl proxy

# At any port, below a prefix, with files of a folder beside
kubectl proxy --port=0 --api-prefix=/k8s/ --www=site`,
  flags: {
    'accept-hosts': string('Patterns of hosts that are let through.', { preset: String.raw`^localhost$,^127\.0\.0\.1$,^\[::1\]$` }),
    'accept-paths': string('Patterns of paths that are let through.', { preset: '^.*' }),
    address: string('Address to listen on.', { preset: '127.0.0.1' }),
    'api-prefix': string('What stands before the paths of the API.', { preset: '/' }),
    'append-server-path': bool('Put the path of the server before each path.'),
    'disable-filter': bool('Let everything through. Dangerous where others reach the port.'),
    keepalive: duration('How often an open connection is checked; 0 leaves it to the system.'),
    port: int('Port to listen on; 0 takes any.', { preset: 8001, short: 'p' }),
    'reject-methods': string('Patterns of methods that are refused.', { preset: '^$' }),
    'reject-paths': string('Patterns of paths that are refused all the same.', { preset: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach' }),
    'unix-socket': string('Socket file to listen at instead of a port.', { short: 'u' }),
    www: string('Folder whose files are served too.', { short: 'w' }),
    'www-prefix': string('What stands before the paths of these files.', { short: 'P', preset: '/static/' }),
  },
  async run({ flags: given, changed }, kubectl) {
    const socket = given['unix-socket'];
    const { server } = await kubectl.wire();
    if (given.port !== 8001 && changed('port') && socket) throw new CommandError('cannot set --unix-socket and --port at the same time');
    const apiPrefix = slashed(given['api-prefix']);
    const filesPrefix = slashed(given['www-prefix']);
    if (given.www) {
      const status = await kubectl.ports.files.stat(given.www).catch(() => undefined); // told below: nothing is there
      if (!status) kubectl.complain(`Failed to stat static file directory ${given.www}: stat ${given.www}: no such file or directory\n`);
      else if (status.kind !== 'directory') kubectl.complain(`Static file directory ${given.www} is not a directory\n`);
    }
    if (given['disable-filter'] && !socket) kubectl.complain('Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious\n');
    const filter: Filter | undefined = given['disable-filter']
      ? undefined
      : {
          paths: patternsOf(given['accept-paths'], kubectl),
          refusedPaths: patternsOf(given['reject-paths'], kubectl),
          hosts: patternsOf(given['accept-hosts'], kubectl),
          refusedMethods: patternsOf(given['reject-methods'], kubectl),
        };
    const { pathname } = new URL(server);
    const isBelow = pathname !== '/' && !given['append-server-path'];
    if (isBelow)
      kubectl.complain(
        klogLine(
          'W',
          'proxy.go:172',
          `Your kube context contains a server path ${pathname}, use --append-server-path to automatically append the path to each request`,
          kubectl.ports,
        ),
      );
    const wire = await (isBelow ? kubectl.wireAtRoot() : kubectl.wire());
    const handle = (request: HttpRequest): Promise<HttpAnswer> => {
      const path = request.path.split('?')[0] ?? '';
      if (given.www && path.startsWith(filesPrefix) && filesPrefix.length >= (path.startsWith(apiPrefix) ? apiPrefix.length : 0))
        return staticFile(kubectl.ports.files, given.www, path.slice(filesPrefix.length));
      return forwarded(wire, request, apiPrefix, filter);
    };
    if (!socket && (given.port < 0 || given.port > 65_535)) throw new CommandError(`listen tcp: address ${given.port}: invalid port`);
    const listener = await kubectl.ports.serveHttp(socket || { address: given.address, port: given.port }, handle).catch((error: unknown) => {
      throw new CommandError(socket ? messageOf(error) : listenSentence(error, given.address, given.port).replace(/^listen tcp[46]/, 'listen tcp'));
    });
    kubectl.print(`Starting to serve on ${socket || `${given.address}:${listener.port}`}\n`);
    const { interrupted } = kubectl.ports;
    await new Promise<void>((resolve) => interrupted.addEventListener('abort', () => resolve(), { once: true }));
    listener.close();
  },
});

/** What is no pattern ends the program as a log of it does. */
function patternsOf(text: string, kubectl: Kubectl): readonly RegExp[] {
  try {
    return patterns(text);
  } catch (error) {
    kubectl.complain(klogLine('F', 'proxy_server.go:83', `Error compiling re: ${messageOf(error)}`, kubectl.ports));
    throw new Exit(FATAL);
  }
}

const slashed = (prefix: string): string => {
  const ended = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return ended.startsWith('/') ? ended : `/${ended}`;
};
