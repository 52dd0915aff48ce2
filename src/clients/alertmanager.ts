import { send } from './http/http.ts';
import { unexpected } from './http/http-failure.ts';

export interface AlertmanagerStatus {
  ready: boolean;
  /** The loaded configuration as YAML, secrets replaced by Alertmanager. */
  config: string;
  version: string;
}

/** Readiness, version and the configuration that is in force. */
export async function alertmanagerStatus(url: string): Promise<AlertmanagerStatus> {
  const [ready, answer] = await Promise.all([send(`${url}/-/ready`), send(`${url}/api/v2/status`)]);
  const body =
    answer.status === 200
      ? answer.json<{ config?: { original?: string }; versionInfo?: { version?: string } } | null>()
      : null;
  if (typeof body?.config?.original !== 'string')
    throw unexpected(answer, 'the status of an Alertmanager (API v2)');
  return {
    ready: ready.status === 200,
    config: body.config.original,
    version: body.versionInfo?.version ?? 'unknown',
  };
}
