import { prometheusAlerting } from '../../clients/index.ts';
import { messageOf, shownUrl, storeUrlOf, type VigilConfig } from '../../core/index.ts';
import type { Finding } from '../command-documents.ts';

/** The alert by which the rendered rules tell of a check that enough probes see fail. */
const quorumAlert = 'HealthCheckFailed';

/** What keeps the rules of the quorum from paging; `undefined` when they are evaluated and sent on. */
async function silence(url: string): Promise<string | undefined> {
  try {
    const { rules, alertmanagers } = await prometheusAlerting(url);
    if (!rules.some(({ name }) => name === quorumAlert))
      return `${shownUrl(url)} evaluates no rule ${quorumAlert}`;
    return alertmanagers.length > 0 ? undefined : `${shownUrl(url)} sends its alerts to no Alertmanager`;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/** Several probes tell what each sees alone as information: the page comes from the rules in Prometheus. */
export async function lookAtProbes(config: VigilConfig): Promise<Finding[]> {
  const { probes } = config.monitoring;
  if (probes.length < 2) return [];
  const url = storeUrlOf(config);
  const silent = await silence(url);
  if (silent === undefined) {
    const detail = `${probes.length}; ${shownUrl(url)} evaluates the rules of the quorum and has an Alertmanager`;
    return [{ subject: 'monitoring.probes', state: 'ok', detail }];
  }
  return [
    {
      subject: 'monitoring.probes',
      state: 'warning',
      detail: `${probes.length} probes, and nothing pages: ${silent}`,
      hint: 'each probe tells what it sees alone as information; run Prometheus with the rendered alerts.yml, and Alertmanager',
    },
  ];
}
