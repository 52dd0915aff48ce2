import {
  addressOfProbe,
  holds,
  type Measurement,
  operators,
  probeId,
  type VigilConfig,
} from '../../core/index.ts';
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

/** Measurements of one check that are alike, added up. */
interface Row {
  id: string;
  name: string;
  /** Whether they are past their limit. */
  isPast: number;
  value: number | null;
  sample: number | null;
  note: string | null;
}

const [passed, failed] = [0, 1];
const answersName = /^answers of .* not as expected$/;
const isOfAnswers = ({ name, sample }: Row): boolean => answersName.test(name) && sample !== null;

/** The statuses that a note names, where it names nothing else: `status 500, expected 200, count is nothing (2 times)`. */
function statusesIn(note: string): string[] | undefined {
  const statuses = note.split('; ').map((kind) => /^status (\d{3}), expected /.exec(kind)?.[1]);
  const isMore = / and \d+ more$/.test(note);
  return isMore || statuses.includes(undefined) ? undefined : (statuses as string[]);
}

/** The statuses by which an HTTP check failed; `undefined` where it failed by anything else as well, or says none. */
export function failedStatuses(measurements: readonly Measurement[]): string[] | undefined {
  const [past, ...more] = measurements.filter(({ bound, value }) => bound && !holds(bound, value));
  const isOfAnswers = past !== undefined && answersName.test(past.name);
  return more.length === 0 && isOfAnswers && past.note !== undefined ? statusesIn(past.note) : undefined;
}

/** What a check was answered that failed by nothing but statuses; `undefined` where something else was past its limit. */
function answersIn(rows: readonly Row[]): CheckedAnswers | undefined {
  if (rows.some((row) => !isOfAnswers(row) && row.isPast)) return undefined;
  const own = rows.filter(isOfAnswers);
  const statuses = new Set<string>();
  for (const { note } of own) {
    const said = note === null ? [] : statusesIn(note);
    if (!said) return undefined;
    for (const status of said) statuses.add(status);
  }
  const sum = (column: 'value' | 'sample') => own.reduce((total, row) => total + (row[column] ?? 0), 0);
  const of = sum('sample');
  return of > 0 ? { failed: sum('value'), of, statuses: [...statuses] } : undefined;
}

/** Whether a measurement is past its limit, in SQL: `holds` does not hold. */
const isPast = `bound IS NOT NULL AND NOT coalesce(CASE operator
  ${operators.map((operator) => `WHEN '${operator}' THEN value ${operator} bound`).join(' ')} END, 0)`;

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
  /** The measurements of these checks in the cycles with such an outcome. */
  const measured = (outcome: number, of: readonly string[]) =>
    of.length === 0
      ? []
      : (reader.query(`SELECT checks.name AS id, metrics.name AS name, ${isPast} AS isPast,
          sum(value) AS value, sum(sample) AS sample, (SELECT text FROM texts WHERE texts.id = note) AS note
        FROM checks CROSS JOIN outcomes ON "check" = checks.id AND outcome = ${outcome}
            AND outcomes.cycle BETWEEN ${first} AND ${last}
          CROSS JOIN measurements ON measurements.cycle = outcomes.cycle AND measurements.position = outcomes.position
          CROSS JOIN metrics ON metrics.id = metric
        WHERE checks.name IN (${of.map(sqlText).join(', ')})
        GROUP BY checks.id, metrics.id, isPast, note`) as unknown as Row[]);
  // Failures are few: whoever failed by something else is not looked at any further.
  const failures = Map.groupBy(measured(failed, ids), ({ id }) => id);
  const byStatus = [...failures.keys()].filter((id) => answersIn(failures.get(id) ?? []));
  const passes = Map.groupBy(measured(passed, byStatus), ({ id }) => id);
  return new Map(
    byStatus.flatMap((id) => {
      // What was past its limit in a cycle that passed was in quarantine, or is only recorded.
      const own = (passes.get(id) ?? []).filter(isOfAnswers);
      const answers = answersIn([...(failures.get(id) ?? []), ...own]);
      return answers ? [[id, answers] as const] : [];
    }),
  );
}
