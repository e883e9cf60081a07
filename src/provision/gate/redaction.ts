// Keeps secrets out of journals, logs, plans and errors: values that were told, and what looks like one by its form.

const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, // bootstrap tokens
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g, // JSON Web Tokens
  /(?<=(?:certificate-?key|client-key-data|token|password|passwd)["']?\s*[:=]\s*["']?)[^\s"',]{6,}/gi,
  /(?<=--(?:certificate-key|token|password)[ =])\S+/g,
];
const HIDDEN = '[redacted]';
/** Shorter values would take half the text with them. */
const SHORTEST = 6;

export class Redactor {
  readonly #secrets = new Set<string>();

  add(secret: string): void {
    const trimmed = secret.trim();
    if (trimmed.length >= SHORTEST) this.#secrets.add(trimmed);
  }

  redact(text: string): string {
    let clean = text;
    // The longest first: one secret may hold another.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, HIDDEN);
    for (const form of FORMS) clean = clean.replaceAll(form, HIDDEN);
    return clean;
  }
}
