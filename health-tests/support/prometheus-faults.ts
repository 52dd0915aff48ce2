import { prometheusAlerting, type TargetState } from '../../src/clients/index.ts';
import { formatDuration, wholeSeconds } from '../../src/core/index.ts';

/** Scrapes that may fail or be late before the newest one is old. */
const scrapesMissed = 3;

/** What keeps a target's series from saying how it is now: it is down, or it was not scraped of late. */
export function scrapeFaults(targets: readonly TargetState[], nowMs: number, windowMs: number): string[] {
  return targets.flatMap(({ job, instance, up, lastError, lastScrapeMs, scrapeIntervalMs }) => {
    const named = `${job} ${instance}`.trim();
    if (!up) return [`${named} is down${lastError ? `: ${lastError}` : ''}`];
    const interval = formatDuration(scrapeIntervalMs ?? 0);
    if (scrapeIntervalMs !== undefined && 2 * scrapeIntervalMs > windowMs) {
      return [
        `${named} is scraped every ${interval}, which leaves fewer than 2 scrapes in ${formatDuration(windowMs)}`,
      ];
    }
    const ageMs = nowMs - (lastScrapeMs ?? Number.NaN);
    if (scrapeIntervalMs === undefined || !(ageMs > scrapesMissed * scrapeIntervalMs + 1000)) return [];
    return [`${named} was scraped ${wholeSeconds(ageMs)} ago, expected every ${interval}`];
  });
}

/** What keeps a Prometheus from telling an Alertmanager: no rules, rules that can't be evaluated, nobody to send to. */
export async function alertingFaults(url: string, isAlertmanagerDeclared: boolean): Promise<string[]> {
  const { rules, alertmanagers } = await prometheusAlerting(url);
  const broken = rules
    .filter(({ health }) => health === 'err')
    .map(({ name, lastError }) => `rule ${name} can’t be evaluated: ${lastError}`);
  // Without an Alertmanager Prometheus may be a store and no more: then nobody expects rules in it.
  if (!isAlertmanagerDeclared) return broken;
  return [
    ...(rules.length === 0 ? ['no alerting rule is loaded'] : []),
    ...(alertmanagers.length === 0 ? ['no Alertmanager is configured to send alerts to'] : []),
    ...broken,
  ];
}
