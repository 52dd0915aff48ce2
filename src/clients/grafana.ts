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

/** Whether a dashboard of this uid is provisioned; TARGET_CONTRACT when Grafana doesn't let anyone look. */
export async function dashboardExists(url: string, uid: string): Promise<boolean> {
  const answer = await send(`${url}/api/dashboards/uid/${encodeURIComponent(uid)}`);
  if (answer.status === 200) return answer.json<{ dashboard?: unknown } | null>()?.dashboard !== undefined;
  if (answer.status === 404) return false;
  if (answer.status === 401 || answer.status === 403 || toLogin(answer)) throw accessError(answer);
  throw unexpected(answer, '200 or 404');
}
