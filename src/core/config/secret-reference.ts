const form = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;

/** Whether a text names a secret, `env:NAME` or `file:/path`, instead of being one. */
export function isSecretReference(text: string): boolean {
  return form.test(text);
}
