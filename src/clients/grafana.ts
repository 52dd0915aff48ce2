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
  const answer = await send(`${url}/api/health`);
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

/** What a dashboard shows. */
export interface Dashboard {
  panels: number;
  /** Uids of the data sources that its panels ask; built-in ones and variables left out. */
  dataSources: string[];
}

/** Panels with those of their rows. */
const allPanels = (panels: readonly Panel[]): Panel[] =>
  panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);

function uidsOf(panel: Panel): string[] {
  const { datasource, targets = [] } = panel;
  const uid = typeof datasource === 'string' ? datasource : datasource?.uid;
  const isNamed = typeof uid === 'string' && !/^(-- |\$|grafana$)/.test(uid);
  return [...(isNamed ? [uid] : []), ...targets.flatMap(uidsOf)];
}

/** The dashboard of this uid; `undefined` when there is none, TARGET_CONTRACT when Grafana doesn't let anyone look. */
export async function dashboardOf(url: string, uid: string): Promise<Dashboard | undefined> {
  const answer = await send(`${url}/api/dashboards/uid/${encodeURIComponent(uid)}`);
  if (answer.status === 404) return undefined;
  if (answer.status === 401 || answer.status === 403 || toLogin(answer)) throw accessError(answer);
  if (answer.status !== 200) throw unexpected(answer, '200 or 404');
  const { dashboard } = answer.json<{ dashboard?: { panels?: Panel[] } } | null>() ?? {};
  if (dashboard === undefined) return undefined;
  const panels = allPanels(dashboard.panels ?? []);
  return { panels: panels.length, dataSources: [...new Set(panels.flatMap(uidsOf))] };
}

/** What keeps a data source from answering, by Grafana's own test of it; who may not ask that learns nothing. */
export async function dataSourceFault(url: string, uid: string): Promise<string | undefined> {
  const answer = await send(`${url}/api/datasources/uid/${encodeURIComponent(uid)}/health`);
  if (answer.status === 401 || answer.status === 403) return undefined;
  if (answer.status === 404) return `data source ${uid} does not exist`;
  const { status, message } = answer.json<{ status?: string; message?: string } | null>() ?? {};
  return status === 'OK' ? undefined : `data source ${uid} is ${status ?? answer.status}: ${message ?? ''}`;
}
