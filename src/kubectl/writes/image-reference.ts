// What an image may be called. Models github.com/distribution/reference (ReferenceRegexp)

/** A reference to an image: domain, path, tag and digest. */
export const IMAGE = (() => {
  const part = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
  const domain = `(?:${part}(?:\\.${part})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
  const path = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
  const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
  return new RegExp(`^(?:${domain}/)?${path}(?:/${path})*(?::\\w[\\w.-]{0,127})?(?:@${digest})?$`);
})();
