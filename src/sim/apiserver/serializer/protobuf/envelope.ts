// The envelope around every protobuf object: `k8s\0` and a runtime.Unknown that names the type.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/runtime/serializer/protobuf
import protobuf from 'protobufjs/minimal.js';
import { badRequest, type StatusError } from '../../../../kube/machinery/status-error.ts';

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

export const isEnvelope = (body: Uint8Array): boolean => body.length >= 4 && MAGIC.every((byte, i) => body[i] === byte);

export const malformed = (error: unknown): StatusError =>
  badRequest(`the body is no valid protobuf: ${error instanceof Error ? error.message : String(error)}`);

/** Throws StatusError 400. */
export function openEnvelope(body: Uint8Array): Envelope {
  if (!isEnvelope(body)) throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    const reader = protobuf.Reader.create(body.subarray(4));
    let apiVersion = '';
    let kind = '';
    let raw: Uint8Array = new Uint8Array();
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === 10) {
        const end = reader.uint32() + reader.pos;
        while (reader.pos < end) {
          const inner = reader.uint32();
          if (inner === 10) apiVersion = reader.string();
          else if (inner === 18) kind = reader.string();
          else reader.skipType(inner & 7);
        }
      } else if (tag === 18) raw = reader.bytes();
      else reader.skipType(tag & 7);
    }
    return { apiVersion, kind, raw };
  } catch (error) {
    throw malformed(error);
  }
}

/** What stands before `length` bytes of message; what stands behind them is always the same. */
export function envelopeHead(apiVersion: string, kind: string, length: number): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(10).fork().uint32(10).string(apiVersion).uint32(18).string(kind).ldelim();
  writer.uint32(18).uint32(length);
  return Buffer.concat([MAGIC, writer.finish()]);
}
/** Encoding and media type of the content, empty. */
export const ENVELOPE_TAIL: Buffer = Buffer.from([0x1a, 0x00, 0x22, 0x00]);
export const seal = (apiVersion: string, kind: string, message: Uint8Array): Buffer =>
  Buffer.concat([envelopeHead(apiVersion, kind, message.length), message, ENVELOPE_TAIL]);
