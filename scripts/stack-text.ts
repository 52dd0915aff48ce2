import type { Arrival, Stack, StackTuning } from '../fixtures/stack/index.ts';
import { alertRules, defaultNaming } from '../src/alerts/index.ts';
import { formatDuration, oneLine, type ThresholdTable, thresholds } from '../src/core/index.ts';

/** How long a rule's condition must hold in this stack. */
function waitOf(name: string, timeScale: number): string {
  const table: ThresholdTable = structuredClone(thresholds);
  const rule = alertRules(table, { ...defaultNaming, timeScale }).find((one) => one.name === name);
  return formatDuration((rule?.forSeconds ?? 0) * 1000);
}

/** Where everything is, and what to try next. */
export function describeStack({ urls, folder, genesis, servers }: Stack, { timeScale }: StackTuning): string {
  const rows = [
    // Debian leaves out Prometheus's newer pages, and Alertmanager's altogether.
    ['Prometheus', `${urls.prometheus}/classic/alerts   ${urls.prometheus}/classic/targets`],
    ['Alertmanager', `amtool --alertmanager.url=${urls.alertmanager} alert query`],
    ['Vigil', `${urls.vigil}/api/status   /api/alerts, /metrics; process ${servers.vigil.pid}`],
    ['Genesis', `${urls.orchestration}, ${urls.planner}   process ${genesis.pid}`],
    ['node_exporter', `${urls.nodeExporter}/metrics`],
    ['webhooks', `${urls.webhook}   what arrived so far; each arrival is printed here`],
    ['files', folder],
  ] as const;
  const put = `curl -X PUT ${urls.orchestration}/faults/errors -H 'content-type: application/json' -d '{"ratio":0.5}'`;
  return [
    'The stack is running; Ctrl+C ends all of it.',
    ...rows.map(([name, where]) => `  ${name.padEnd(15)}${where}`),
    '',
    'Try next:',
    `  ${put}`,
    `      HighErrorRate is pending at once, fires after ${waitOf('HighErrorRate', timeScale)}, and arrives here`,
    `  curl -X DELETE ${urls.orchestration}/faults`,
    '      and is resolved when the window no longer holds the errors',
    `  kill -STOP ${genesis.pid}     the services hang: GenesisServiceDown after ${waitOf('GenesisServiceDown', timeScale)}; kill -CONT ${genesis.pid} lets them go on`,
    `  kill -KILL ${servers.vigil.pid}     nobody watches: TestSuiteNotRunning, and no more heartbeats of Vigil's`,
  ].join('\n');
}

/** An arrival on one line; nothing for the heartbeats, of which there are many. */
export function arrivalLine({ atMs, path, body }: Arrival): string | undefined {
  if (path.startsWith('/heartbeat') || path.startsWith('/vigil-heartbeat')) return undefined;
  const time = new Date(atMs).toISOString();
  if (typeof body === 'string') return oneLine(`${time} ${path} ${body}`);
  const alerts = body.alerts.map(
    ({ status, labels, annotations }) =>
      `${status} ${labels.severity ?? ''} ${labels.alertname ?? ''}${annotations?.summary ? `: ${annotations.summary}` : ''}`,
  );
  const via = path === '/vigil' ? 'from Vigil itself' : `through Alertmanager, receiver ${body.receiver}`;
  return oneLine(`${time} ${alerts.join('; ')} (${via})`);
}
