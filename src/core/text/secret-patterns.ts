/** What credentials usually look like, for those that nobody told us of. Each runs in linear time. */
const patterns: readonly [pattern: RegExp, replacement: string][] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}-----)?/g, '[redacted]'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/(:\/\/[^\s/:@"']{0,200}):[^\s/@"']{1,200}@/g, '$1:[redacted]@'],
  [
    /\b(?:xox[abeoprs]-|gh[opsru]_|github_pat_|glpat-|AKIA|ASIA|sk-|sk_live_|rk_live_)[\w-]{12,}/g,
    '[redacted]',
  ],
  [/\bhooks\.slack\.com\/services\/[\w/-]+/g, 'hooks.slack.com/services/[redacted]'],
  [/\beyJ[\w-]{8,300}\.[\w-]{8,4000}\.[\w-]{8,2000}/g, '[redacted]'],
  [
    /\b([\w-]{0,40}(?:passw(?:or)?d|secret|token|api[-_]?key))(["']?\s{0,3}[=:]\s{0,3}["']?)(?!\[redacted\])[^\s"',;&]{4,}/gi,
    '$1$2[redacted]',
  ],
];

/** The text without what looks like a credential. */
export function redactPatterns(text: string): string {
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
