import { stringify } from 'yaml';

/** First line of every rendered file: where to change it instead. */
export const madeBy =
  'Made by vigil render from the thresholds, the rules and the configuration; change it there.';

/** A YAML file with its head comment; several documents when there are several. */
export function yamlFile(documents: unknown | readonly unknown[], ...comments: string[]): string {
  const all = Array.isArray(documents) ? documents : [documents];
  const head = [madeBy, ...comments].map((line) => `# ${line}\n`).join('');
  // No anchors: what is there twice is written twice, so that a person can read each place by itself.
  const texts = all.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false }));
  return `${head}${texts.join('---\n')}`;
}
