import { below, type Matcher } from '../core/index.ts';
import { parseExposition } from './exposition/parse.ts';
import { family } from './exposition/query.ts';
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
  const [ready, answer] = await Promise.all([
    send(below(url, '/-/ready')),
    send(below(url, '/api/v2/status')),
  ]);
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

/** A silence that is in force. */
export interface Silence {
  matchers: Matcher[];
  endsAt: string;
  createdBy: string;
}

interface ListedSilence extends Partial<Omit<Silence, 'matchers'>> {
  status?: { state?: string };
  matchers?: { name: string; value: string; isRegex?: boolean; isEqual?: boolean }[];
}

function operatorOf({ isRegex = false, isEqual = true }: { isRegex?: boolean; isEqual?: boolean }) {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}

/** The silences that are in force now. */
export async function activeSilences(url: string): Promise<Silence[]> {
  const answer = await send(below(url, '/api/v2/silences'));
  const list = answer.status === 200 ? answer.json() : undefined;
  if (!Array.isArray(list)) throw unexpected(answer, 'a list of silences');
  return (list as ListedSilence[])
    .filter(({ status }) => status?.state === 'active')
    .map(({ matchers = [], endsAt = '', createdBy = '' }) => ({
      matchers: matchers.map((matcher) => ({
        label: matcher.name,
        operator: operatorOf(matcher),
        value: matcher.value,
      })),
      endsAt,
      createdBy,
    }));
}

/** What an Alertmanager tried to send by one kind of integration since its start. */
export interface SentNotifications {
  integration: string;
  attempts: number;
  failed: number;
}

/** The attempts to notify by integration, from the Alertmanager's own metrics. */
export async function sentNotifications(url: string): Promise<SentNotifications[]> {
  const answer = await send(below(url, '/metrics'));
  if (answer.status !== 200) throw unexpected(answer, 'the metrics of an Alertmanager');
  const samplesOf = (name: string) => family(parseExposition(answer.text), name)?.samples ?? [];
  const failures = samplesOf('alertmanager_notification_requests_failed_total');
  const sumFor = (samples: typeof failures, integration: string | undefined) =>
    samples
      .filter(({ labels }) => labels.integration === integration)
      .reduce((sum, { value }) => sum + value, 0);
  const attempts = samplesOf('alertmanager_notification_requests_total');
  return [...new Set(attempts.map(({ labels }) => labels.integration ?? ''))].map((integration) => ({
    integration,
    attempts: sumFor(attempts, integration),
    failed: sumFor(failures, integration),
  }));
}
