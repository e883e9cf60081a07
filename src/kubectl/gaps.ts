// What kubectl 1.35 has and this one leaves out, with the reason: declared, so that the README tells of it and a test finds what is missing without one.

interface Gap {
  /** Undefined for all commands. */
  readonly command?: string;
  /** A flag's name, or some other part. */
  readonly what: string;
  readonly why: string;
}

/** Flags and behaviour. */
export const GAPS: readonly Gap[] = [
  { what: '--cache-dir', why: 'its default is the same folder, but the help does not name the home folder' },
  { what: '--profile', why: 'there is no Go runtime to profile: accepted, nothing is recorded' },
  { what: '--vmodule', why: 'no log of single source files: accepted and checked' },
  { what: 'auth-provider oidc', why: 'deprecated way of signing in: a credential plugin does the same' },
  { command: 'apply', what: '--applyset', why: 'alpha, behind KUBECTL_APPLYSET' },
  {
    command: 'kustomize',
    what: "configurations, crds, openapi, buildMetadata, helm charts, generators, transformers and validators of one's own",
    why: 'refused by name where a kustomization has them',
  },
  { command: 'kustomize', what: 'remote bases and plugins', why: 'they run git, helm and other programs' },
  {
    command: 'proxy',
    what: 'WebSocket and SPDY connections',
    why: 'exec, attach and port-forward go to the server itself; through the proxy only requests and streams of answers',
  },
  { command: 'proxy', what: '--keepalive', why: 'accepted: the system decides how often connections are checked' },
];
