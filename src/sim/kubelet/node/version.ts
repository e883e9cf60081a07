// The version that nodes report and whose images they run.
export const SERVER_VERSION = 'v1.35.4';
export const ETCD_TAG = '3.6.6-0';
