// The flags that every command takes. Models k8s.io/cli-runtime/pkg/genericclioptions/config_flags.go
import { array, bool, duration, int, levels, string, type FlagSpecs, type FlagValues } from './flag.ts';

export const GLOBAL_FLAGS = {
  as: string('User to act as; a service account is system:serviceaccount:NAMESPACE:NAME.'),
  'as-group': array('Group to act as; can be given several times.'),
  'as-uid': string('UID to act as.'),
  'as-user-extra': array('Extra attribute to act with, as KEY=VALUE; can be given several times for one key.'),
  'cache-dir': string('Folder in which what the server offers is remembered.'),
  'certificate-authority': string('File with the certificate of the authority that signed the server.'),
  'client-certificate': string('File with the client certificate for TLS.'),
  'client-key': string('File with the key of the client certificate.'),
  cluster: string('Cluster of the kubeconfig to use.'),
  context: string('Context of the kubeconfig to use.'),
  'disable-compression': bool('Ask the server for answers that are not compressed.'),
  'insecure-skip-tls-verify': bool("Do not check the server's certificate. This makes your connections insecure."),
  kubeconfig: string('Kubeconfig file to use.'),
  kuberc: string('File of preferences to use; KUBERC=off or KUBECTL_KUBERC=false turns them off.'),
  'log-flush-frequency': duration('Longest time between two writes of the log.', { preset: 5000 }),
  'match-server-version': bool('Refuse a server of another version than this client.'),
  namespace: string('Namespace of this call.', { short: 'n' }),
  password: string('Password for basic authentication.'),
  profile: string('Profile to record: none, cpu, heap, goroutine, threadcreate, block, mutex or trace.', { preset: 'none' }),
  'profile-output': string('File the profile is written to.', { preset: 'profile.pprof' }),
  'request-timeout': string('How long to wait for one answer of the server, such as 1s, 2m or 3h; 0 waits for ever.', { preset: '0' }),
  server: string('Address and port of the API server.', { short: 's' }),
  'tls-server-name': string("Name to expect in the server's certificate, where it is not the one that was called."),
  token: string('Bearer token to authenticate with.'),
  user: string('User of the kubeconfig to use.'),
  username: string('Name for basic authentication.'),
  v: int('How much is logged: 6 shows requests, 8 their bodies, 9 them whole.', { short: 'v' }),
  vmodule: levels('Log levels of single files, as PATTERN=N,…'),
  'warnings-as-errors': bool('End with a failure when the server has sent warnings.'),
} as const satisfies FlagSpecs;

export type GlobalValues = FlagValues<typeof GLOBAL_FLAGS>;
