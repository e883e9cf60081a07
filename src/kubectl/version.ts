// The version that this kubectl says it is: that of the one whose answers it gives.
export const GIT_VERSION = 'v1.35.4';
export const KUSTOMIZE_VERSION = 'v5.7.1';
