import { addressOfProbe, type Bound, holds, probeId, type VigilConfig } from '../../core/index.ts';
import { type RowReader, sqlText } from '../../history/index.ts';

/** What an HTTP check asks: its method, and its path as it is written and below its service's own. */
export interface AskedRoute {
  method: string;
  paths: string[];
}

const pathOf = (url: string): string => URL.parse(url, 'http://localhost')?.pathname ?? url;

/** What each HTTP check of a configuration asks, by the check's id. */
export function askedRoutes({ probes, services }: Pick<VigilConfig, 'probes' | 'services'>) {
  const asked = new Map<string, AskedRoute>();
  for (const probe of probes) {
    if (probe.type !== 'http') continue;
    const path = pathOf(addressOfProbe(probe));
    const service = services.find(({ name }) => name === probe.service) ?? services[0];
    const base = pathOf(service?.url ?? '/').replace(/\/+$/, '');
    const method = probe.method ?? (probe.body === undefined ? 'GET' : 'POST');
    asked.set(probeId(probe), { method, paths: [path, `${base}${path}`] });
  }
  return asked;
}

/** Whether a part of a route stands for any value: `:id`, `{id}`, `<id>`, `[id]`. */
const isVariable = (part: string): boolean => /^(:.+|\{.+\}|<.+>|\[.+\])$/.test(part);

/** Whether the label of a route, `GET /orders/:id`, says what a check asks. */
export function isOfRoute(label: string, { method, paths }: AskedRoute): boolean {
  const [said = '', route = said] = label.split(' ');
  if (route !== said && said.toUpperCase() !== method) return false;
  const parts = route.split('/');
  return paths.some((path) => {
    const asked = path.split('/');
    return (
      asked.length === parts.length && parts.every((part, index) => part === asked[index] || isVariable(part))
    );
  });
}

/** Requests of an HTTP check. */
export interface CheckedAnswers {
  failed: number;
  of: number;
  /** Statuses with which they failed. */
  statuses: string[];
}

interface Row {
  id: string;
  outcome: number;
  name: string;
  operator: Bound['operator'];
  value: number | null;
  bound: number | null;
  sample: number | null;
  note: string | null;
}

const failedOutcome = 1;
const isOfAnswers = ({ name, sample }: Row): boolean =>
  /^answers of .* not as expected$/.test(name) && sample !== null;

/** The statuses that a note names, where it names nothing else: `status 500, expected 200, count is nothing (2 times)`. */
function statusesIn(note: string): string[] | undefined {
  const statuses = note.split('; ').map((kind) => /^status (\d{3}), expected /.exec(kind)?.[1]);
  const isMore = / and \d+ more$/.test(note);
  return isMore || statuses.includes(undefined) ? undefined : (statuses as string[]);
}

/** Whether a figure is past its limit. */
function isPast({ operator, bound, value }: Row): boolean {
  return bound !== null && !holds({ operator, value: bound }, value ?? Number.NaN);
}

function answersIn(rows: readonly Row[]): CheckedAnswers | undefined {
  const answers: CheckedAnswers = { failed: 0, of: 0, statuses: [] };
  const statuses = new Set<string>();
  for (const row of rows) {
    if (!isOfAnswers(row)) {
      if (row.outcome === failedOutcome && isPast(row)) return undefined;
      continue;
    }
    answers.of += row.sample ?? 0;
    answers.failed += row.value ?? 0;
    if (row.note === null) continue;
    const said = statusesIn(row.note);
    if (!said) return undefined;
    for (const status of said) statuses.add(status);
  }
  return answers.of > 0 ? { ...answers, statuses: [...statuses] } : undefined;
}

/**
 * How many requests of HTTP checks failed in the cycles `first` to `last`, by the checks' ids; only of checks that failed
 * by nothing but the status of answers.
 */
export function answersOfChecks(
  reader: Pick<RowReader, 'query'>,
  ids: readonly string[],
  first: number,
  last: number,
): Map<string, CheckedAnswers> {
  if (ids.length === 0) return new Map();
  const rows =
    reader.query(`SELECT checks.name AS id, outcome, metrics.name AS name, operator, value, bound, sample,
      (SELECT text FROM texts WHERE texts.id = note) AS note
    FROM checks CROSS JOIN outcomes ON "check" = checks.id AND outcome < 2 AND outcomes.cycle BETWEEN ${first} AND ${last}
      CROSS JOIN measurements ON measurements.cycle = outcomes.cycle AND measurements.position = outcomes.position
      CROSS JOIN metrics ON metrics.id = metric
    WHERE checks.name IN (${ids.map(sqlText).join(', ')})`) as unknown as Row[];
  const groups = [...Map.groupBy(rows, ({ id }) => id)];
  return new Map(
    groups.flatMap(([id, own]) => {
      const answers = answersIn(own);
      return answers ? [[id, answers] as const] : [];
    }),
  );
}
