import { randomUUID } from 'node:crypto';
import { appendFileSync, statSync } from 'node:fs';
import { messageOf, oneLine } from '../../core/index.ts';
import { type GateCondition, isoTime, shownValues } from './condition.ts';
import type { Answer } from './gate.ts';

/** What GitHub keeps of a step's summary. */
const mostSummaryBytes = 1024 ** 2;

/** How many annotations of a kind GitHub takes from one step. */
const mostAnnotations = 10;

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const said = (condition: GateCondition): string => {
  const { value, limit } = shownValues(condition);
  const reached = [value, limit].filter((text) => text !== '').join(', must be ');
  return [reached, condition.detail].filter((text) => text !== '').join('; ');
};

const annotation = (kind: 'error' | 'warning', title: string, text: string): string =>
  `::${kind} title=${property(`Vigil gate: ${title}`)}::${data(oneLine(text))}`;

function annotate(kind: 'error' | 'warning', conditions: readonly GateCondition[]): string[] {
  const isTooMany = conditions.length > mostAnnotations;
  const shown = isTooMany ? conditions.slice(0, mostAnnotations - 1) : conditions;
  const lines = shown.map((condition) => annotation(kind, condition.title, said(condition)));
  if (!isTooMany) return lines;
  const rest = conditions.slice(shown.length).map(({ title }) => title);
  return [...lines, annotation(kind, `${rest.length} more`, rest.join(', '))];
}

/** The decision as workflow commands: an error for each failed condition, a warning for each unknown one, at most ten of a kind. */
function githubAnnotations({ decision: { conditions, override } }: Answer): string[] {
  const of = (wanted: GateCondition['outcome']) => conditions.filter(({ outcome }) => outcome === wanted);
  const failed = annotate('error', of('fail'));
  const unknown = annotate('warning', of('unknown'));
  if (!override) return [...failed, ...unknown];
  const overridden = annotation('warning', 'overridden', `by ${override.by}: ${override.reason}`);
  // Without room for it the override would be the one that is lost.
  return [...failed, overridden, ...unknown.slice(0, mostAnnotations - 1)];
}

/** Text in a cell of a Markdown table; nothing of it is markup. */
const cell = (text: string): string => oneLine(text).replaceAll(/[\\`*_{}[\]<>|#~]/g, '\\$&');

const signs: Record<GateCondition['outcome'], string> = {
  pass: '✅',
  fail: '❌',
  unknown: '❔',
  'not configured': '➖',
  advisory: '➖',
};

/** The decision as Markdown, for the summary of a step. */
function githubSummary({ decision, evidence }: Answer): string {
  const { from, to, verdict, override } = decision;
  const release = evidence.recorded.deployment?.release ?? 'no release';
  const rows = decision.conditions.map((condition) => {
    const { value, limit } = shownValues(condition);
    const cells = [`${signs[condition.outcome]} ${condition.title}`, value, limit, condition.detail];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return `${[
    `### Vigil gate: ${verdict} for ${cell(release)} from ${from} % to ${to} %`,
    '',
    cell(decision.next),
    ...(override ? ['', `**Overridden** by ${cell(override.by)}: ${cell(override.reason)}`] : []),
    '',
    '| condition | value | limit | detail |',
    '|---|---|---|---|',
    ...rows,
    '',
    cell(decision.proves),
    '',
    `Decided at ${isoTime(decision.atMs)}, asked by ${cell(decision.askedBy)}.`,
  ].join('\n')}\n`;
}

/** Text with lines of others in it, so that GitHub takes none of them for a command. */
export function shielded(text: string): string {
  const token = randomUUID();
  return `::stop-commands::${token}\n${text}::${token}::\n`;
}

/** Tells GitHub of the decision: annotations, which are said, and the step's summary; one that can't be written costs no verdict. */
export function tellGitHub(answer: Answer, file: string | undefined, say: (line: string) => void): void {
  for (const line of githubAnnotations(answer)) say(line);
  if (!file) return;
  try {
    const text = githubSummary(answer);
    const before = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (before + Buffer.byteLength(text) <= mostSummaryBytes) appendFileSync(file, text);
    else say('the summary of this step is full: nothing was added');
  } catch (thrown) {
    say(`the summary of this step can’t be written: ${messageOf(thrown)}`);
  }
}
