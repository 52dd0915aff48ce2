import escapeHtml from 'escape-html';
import type { FastifyInstance } from 'fastify';
import { type DeploymentState, type Extension, sharedAnswer } from '../../../monitor/index.ts';
import { unbroken } from '../../html-text.ts';
import type { Level } from '../headline/situation.ts';
import { readTemplate, serveAssets } from '../live/assets.ts';
import { policy } from '../live/policy.ts';
import type { DeploymentRow } from './row.ts';

type State = DeploymentState<DeploymentRow>;

/** A line of the overview. */
export interface OverviewRow extends DeploymentRow {
  name: string;
  state: State['state'];
  /** Whether somebody should look. */
  isProblem: boolean;
}

/** The worst first; what nobody watches is worse than anything that waits. */
const order: readonly Level[] = ['act', 'busy', 'hold', 'blind', 'look', 'wait', 'clear'];

function rowOf({ name, state, reason, watched }: State, nowMs: number): OverviewRow {
  const row: DeploymentRow = watched?.row(nowMs) ?? {
    title: name,
    level: state === 'starting' ? 'wait' : 'blind',
    headline: state === 'starting' ? 'Starting' : `Not watched: ${reason ?? ''}`,
    next: state === 'starting' ? '' : 'correct its configuration, then send SIGHUP to the loop',
    stage: '',
    nextGate: '',
    openIncidents: 0,
  };
  return { ...row, name, state, isProblem: row.level !== 'clear' && row.level !== 'wait' };
}

/** All deployments at one instant, the worst first. */
export const overviewRows = (states: readonly State[], nowMs: number): OverviewRow[] =>
  states
    .map((state) => rowOf(state, nowMs))
    .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || a.name.localeCompare(b.name));

interface Filter {
  /** Part of a name or a title. */
  search: string;
  onlyProblems: boolean;
}

const isShown =
  ({ search, onlyProblems }: Filter) =>
  ({ name, title, isProblem }: OverviewRow): boolean =>
    (isProblem || !onlyProblems) && `${name} ${title}`.toLowerCase().includes(search.toLowerCase());

const text = (value: string): string => escapeHtml(unbroken(value));

const lineOf = ({
  name,
  title,
  level,
  headline,
  next,
  stage,
  nextGate,
  openIncidents,
  state,
}: OverviewRow) => `
  <tr id="${text(name)}" data-level="${level}">
    <th scope="row">${state === 'watched' ? `<a href="d/${text(name)}/">${text(title)}</a>` : text(title)}</th>
    <td class="overview-headline">${text(headline)}${next === '' ? '' : `<p class="small"><span class="tag">Next</span> ${text(next)}</p>`}</td>
    <td class="num">${text(stage)}</td>
    <td>${text(nextGate)}</td>
    <td class="num">${openIncidents === 0 ? '' : openIncidents}</td>
  </tr>`;

/** `3 of 20 deployments need attention`. */
function summaryOf(rows: readonly OverviewRow[]): string {
  const problems = rows.filter(({ isProblem }) => isProblem).length;
  const all = `${rows.length} deployment${rows.length === 1 ? '' : 's'}`;
  return problems === 0
    ? `None of ${all} needs attention`
    : `${problems} of ${all} need${problems === 1 ? 's' : ''} attention`;
}

/** The page as HTML: all of it is in the document, so that it can be read without JavaScript. */
export function overviewHtml(
  template: string,
  rows: readonly OverviewRow[],
  filter: Filter,
  { nowMs, refused }: { nowMs: number; refused: string | undefined },
): string {
  const shown = rows.filter(isShown(filter));
  const values: Record<string, string> = {
    SUMMARY: text(summaryOf(rows)),
    AT: text(new Date(nowMs).toISOString().slice(11, 19)),
    SEARCH: text(filter.search),
    ONLY: `<input type="checkbox" id="only" name="only" value="problems"${filter.onlyProblems ? ' checked' : ''} />`,
    REFUSED:
      refused === undefined
        ? ''
        : `<p class="stale">The configuration on disk is refused, the loop continues as before: ${text(refused)}</p>`,
    ROWS: shown.map(lineOf).join(''),
    NONE: shown.length === 0 ? '<p>None matches.</p>' : '',
  };
  return template.replaceAll(/\{\{([A-Z]+)\}\}/g, (_, key: string) => values[key] ?? '');
}

/** The overview at `/`, and its content as JSON at `/api/deployments`. */
export function openOverview(states: () => readonly State[], refused: () => string | undefined): Extension {
  const template = readTemplate('overview.html');
  const document = sharedAnswer(() =>
    JSON.stringify({ refused: refused() ?? null, deployments: overviewRows(states(), Date.now()) }),
  );
  const routes = async (app: FastifyInstance) => {
    await serveAssets(app);
    app.get<{ Querystring: { search?: string; only?: string } }>('/', (request, reply) => {
      const { search = '', only } = request.query;
      const nowMs = Date.now();
      const filter = { search: String(search).slice(0, 80), onlyProblems: only === 'problems' };
      return reply
        .header('content-security-policy', policy.replace("form-action 'none'", "form-action 'self'"))
        .header('referrer-policy', 'no-referrer')
        .type('text/html; charset=utf-8')
        .send(overviewHtml(template, overviewRows(states(), nowMs), filter, { nowMs, refused: refused() }));
    });
    app.get('/api/deployments', (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(document()),
    );
  };
  return (app) => {
    app.register(routes);
  };
}
