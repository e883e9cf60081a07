// The channels of exec and attach: which stream a WebSocket message belongs to is told by its first byte.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go

export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
export const V5_PROTOCOL = 'v5.channel.k8s.io';
export const V4_PROTOCOL = 'v4.channel.k8s.io';
/** SPDY frames in WebSocket messages. */
export const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io';
/** The protocols of exec over SPDY itself, and of port-forward. */
export const SPDY_V4_PROTOCOL = 'v4.channel.k8s.io';
export const PORT_FORWARD_PROTOCOL = 'portforward.k8s.io';

export function channelMessage(channel: number, data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([channel]), data]);
}
