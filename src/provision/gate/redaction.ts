// Keeps secrets out of journals, logs, plans and errors: values that were told, and what looks like one by its form.

const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=^|\n)(?:[A-Za-z0-9+/=]+\r?\n){1,200}-----END [A-Z ]*PRIVATE KEY-----/g, // one that lost its beginning
  /(?<=:\/\/)[^/\s"']+(?=@)/g, // user and password of a URL
  /(?<=\bauthorization["']?[ \t]*[:=][ \t]*["']?)(?:(?:bearer|basic)\s+)?[^\s"',]+/gi,
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, // bootstrap tokens
  /\beyJ[\w-]{4,}\.[\w-]+\.[\w-]*/g, // JSON Web Tokens
  /(?<=(?:certificate-?key|client-key-data|token|password|passwd)["']?\s*[:=]\s*["']?)[^\s"',]+/gi,
  /(?<=--(?:certificate-key|token|password)[ =])\S+/g,
];
const HIDDEN = '[redacted]';
/** Shorter values would take half the text with them. */
const SHORTEST = 6;

export class Redactor {
  readonly #secrets = new Set<string>();

  add(secret: string): void {
    const trimmed = secret.trim();
    if (trimmed.length < SHORTEST) return;
    this.#secrets.add(trimmed);
    this.#secrets.add(JSON.stringify(trimmed).slice(1, -1)); // as programs print it that speak JSON
  }

  redact(text: string): string {
    let clean = text;
    // The longest first: one secret may hold another.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, HIDDEN);
    for (const form of FORMS) clean = clean.replaceAll(form, HIDDEN);
    return clean;
  }
}

/** The error without secrets: what it says, where it was thrown, what its programs printed, and what caused it. */
export function redactError(error: unknown, redactor: Redactor, depth = 4): void {
  if (!(error instanceof Error) || depth === 0) return;
  for (const key of Object.getOwnPropertyNames(error)) {
    const property = Object.getOwnPropertyDescriptor(error, key);
    if (typeof property?.value === 'string' && property.configurable)
      Object.defineProperty(error, key, { ...property, value: redactor.redact(property.value) });
  }
  // V8 keeps the stack behind an accessor until it is read.
  if (error.stack !== undefined) error.stack = redactor.redact(error.stack);
  redactError(error.cause, redactor, depth - 1);
}
