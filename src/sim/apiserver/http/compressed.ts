// A long body that is kept compressed: most clients take it as it is, for the others it is expanded.
import { gunzipSync, gzipSync } from 'node:zlib';

const LEVEL = 1;

export class Compressed {
  readonly gzip: Buffer;
  /** Expanded. */
  readonly length: number;

  constructor(body: Buffer) {
    this.gzip = gzipSync(body, { level: LEVEL });
    this.length = body.length;
  }
  expand(): Buffer {
    return gunzipSync(this.gzip);
  }
}
