// What the server says where it has no room: in plain text, since nobody has looked at what the client reads.

export class TooManyRequests extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('Too many requests, please try again later.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
