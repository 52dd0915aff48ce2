import { tokenShapes } from './token-shapes.ts';

/** Names under which a secret stands in a text. */
const names =
  'passw(?:or)?d|passphrase|secret|token|api[-_]?key|account[-_]?key|private[-_]?key|access[-_]?key';

/**
 * What credentials usually look like, for those that nobody told us of. Each runs in linear time: what repeats is
 * bounded, or ends at a character that nothing before it may be.
 */
const patterns: readonly [pattern: RegExp, replacement: string][] = [
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}-----)?/g,
    '[redacted]',
  ],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/(:\/\/[^\s/:@"']{0,200}):[^\s/@"']{1,2000}@/g, '$1:[redacted]@'],
  [tokenShapes, '[redacted]'],
  [/(?<![A-Za-z0-9])[a-f0-9]{32}-us\d{1,2}(?!\w)/g, '[redacted]'],
  [/\bhooks\.slack\.com\/(services|workflows)\/[\w/-]+/g, 'hooks.slack.com/$1/[redacted]'],
  [/\b(discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com\/webhookb2)\/[\w/@-]+/g, '$1/[redacted]'],
  [/(?<![\w-])eyJ[\w-]{8,300}\.[\w-]{8,4000}\.[\w-]{8,2000}/g, '[redacted]'],
  [
    new RegExp(
      `((?:${names})\\\\{0,3}["']?\\s{0,3}[=:]\\s{0,3}\\\\{0,3}["']?)(?!\\[redacted\\])[^\\s"',;&]{4,}`,
      'gi',
    ),
    '$1[redacted]',
  ],
];

/** The text without what looks like a credential. */
export function redactPatterns(text: string): string {
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
