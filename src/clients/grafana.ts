import { below } from '../core/index.ts';
import { type HttpAnswer, send } from './http/http.ts';
import { contractError, unexpected } from './http/http-failure.ts';

export interface GrafanaHealth {
  /** `ok` when Grafana reaches its own database. */
  database: string;
  /** Absent where Grafana hides it from those who aren't logged in. */
  version?: string | undefined;
}

function accessError(answer: HttpAnswer) {
  return contractError(
    answer.url,
    'access to the API',
    `${answer.status}: not logged in`,
    'allow anonymous viewers ([auth.anonymous]), or put a user into the URL: http://user:password@host',
  );
}

function toLogin({ status, headers }: HttpAnswer): boolean {
  return status >= 300 && status < 400 && /\/login\b/.test(headers.location ?? '');
}

/** What `/api/health` says; a database that fails is a value, an answer that isn't Grafana's is TARGET_CONTRACT. */
export async function grafanaHealth(url: string): Promise<GrafanaHealth> {
  const answer = await send(below(url, '/api/health'));
  if (answer.status === 401 || answer.status === 403 || toLogin(answer)) throw accessError(answer);
  // Grafana answers 503 with the same body while its database fails.
  const body = answer.json<Partial<GrafanaHealth> | null>();
  if (typeof body?.database !== 'string') throw unexpected(answer, '{ "database": … }');
  return { database: body.database, version: body.version };
}

interface Panel {
  datasource?: { uid?: unknown } | string | null;
  targets?: Panel[];
  panels?: Panel[];
}

/** What a reader can choose in a dashboard. */
interface Variable {
  name?: unknown;
  type?: unknown;
  current?: { value?: unknown };
}

/** What a dashboard shows. */
export interface Dashboard {
  panels: number;
  /** Uids of the data sources that its panels ask, as they are chosen when it is opened; built-in ones are left out. */
  dataSources: string[];
}

interface Board {
  panels?: Panel[];
  templating?: { list?: Variable[] };
}

/** Panels with those of their rows. */
const allPanels = (panels: readonly Panel[]): Panel[] =>
  panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);

/** `${datasource}` as the value that is chosen when the dashboard is opened. */
function resolved(uid: unknown, variables: readonly Variable[]): unknown {
  const [, name] = /^\$\{?(\w+)\}?$/.exec(String(uid)) ?? [];
  if (name === undefined) return uid;
  return variables.find((one) => one.name === name && one.type === 'datasource')?.current?.value;
}

function uidsOf(panel: Panel, variables: readonly Variable[]): string[] {
  const { datasource, targets = [] } = panel;
  const uid = resolved(typeof datasource === 'string' ? datasource : datasource?.uid, variables);
  const isNamed = typeof uid === 'string' && !/^(-- |\$|grafana$)/.test(uid);
  return [...(isNamed ? [uid] : []), ...targets.flatMap((target) => uidsOf(target, variables))];
}

/** The dashboard of this uid; `undefined` when there is none, TARGET_CONTRACT when Grafana doesn't let anyone look. */
export async function dashboardOf(url: string, uid: string): Promise<Dashboard | undefined> {
  const answer = await send(below(url, `/api/dashboards/uid/${encodeURIComponent(uid)}`));
  if (answer.status === 404) return undefined;
  if (answer.status === 401 || answer.status === 403 || toLogin(answer)) throw accessError(answer);
  if (answer.status !== 200) throw unexpected(answer, '200 or 404');
  const { dashboard } = answer.json<{ dashboard?: Board } | null>() ?? {};
  if (dashboard === undefined) return undefined;
  const panels = allPanels(dashboard.panels ?? []);
  const variables = dashboard.templating?.list ?? [];
  return {
    panels: panels.length,
    dataSources: [...new Set(panels.flatMap((panel) => uidsOf(panel, variables)))],
  };
}

/** What keeps a data source from answering, by Grafana's own test of it; who may not ask that learns nothing. */
export async function dataSourceFault(url: string, uid: string): Promise<string | undefined> {
  const answer = await send(below(url, `/api/datasources/uid/${encodeURIComponent(uid)}/health`));
  if (answer.status === 401 || answer.status === 403) return undefined;
  if (answer.status === 404) return `data source ${uid} does not exist`;
  const { status, message } = answer.json<{ status?: string; message?: string } | null>() ?? {};
  return status === 'OK' ? undefined : `data source ${uid} is ${status ?? answer.status}: ${message ?? ''}`;
}
