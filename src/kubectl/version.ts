// The version that this kubectl says it is: that of the one whose answers it gives.
export const GIT_VERSION = 'v1.35.4';
/** Of the build it stands for, as far as it is known. */
export const clientVersion = (platform: string) =>
  ({
    major: '1',
    minor: GIT_VERSION.split('.')[1] ?? '',
    gitVersion: GIT_VERSION,
    gitCommit: '0000000',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'go1.26.8',
    compiler: 'gc',
    platform,
  }) as const;
export const KUSTOMIZE_VERSION = 'v5.7.1';
