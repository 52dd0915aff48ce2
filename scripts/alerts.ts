import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  type AlertRecord,
  declaredWindows,
  type EngineState,
  type IncidentSummary,
  incidentsOf,
  initialState,
} from '../src/alerts/index.ts';
import {
  type Matcher,
  matches,
  messageOf,
  parseMatchers,
  printable,
  redactorOf,
  type VigilConfig,
  VigilError,
} from '../src/core/index.ts';
import { type History, historyFile, openHistory, type RecordedMaintenance } from '../src/history/index.ts';
import { savedState } from '../src/monitor/index.ts';
import { configured, durationOf, invalid, json, type SharedOptions } from './values.ts';

interface AlertsOptions extends SharedOptions {
  acknowledge?: string;
  by?: string;
  note?: string;
  maintenance?: string;
  reason?: string;
  match?: string;
}

const stateOf = (history: History): EngineState => savedState(history, 'alerts') ?? initialState();

const openAlerts = (history: History): AlertRecord[] =>
  Object.values(stateOf(history).alerts).filter(({ status }) => status !== 'resolved');

function matchersOf(text: string | undefined): Matcher[] {
  if (text === undefined) return [];
  try {
    const parsed = parseMatchers(text);
    matches({}, parsed); // a pattern that is none throws only when it is used
    return parsed;
  } catch (thrown) {
    const expected = `matchers such as alertname=HighLatencyP95,severity=critical (${messageOf(thrown)})`;
    throw invalid('--match', text, expected);
  }
}

/** How far ahead planned works are listed. */
const aheadMs = 7 * 86_400_000;

/** The windows that are open now or begin within a week, of one that recurs the next time: those by command and those of the configuration. */
function windowsAhead(
  history: History,
  declared: VigilConfig['maintenance'],
  nowMs: number,
): RecordedMaintenance[] {
  const kept = history.maintenance(nowMs, nowMs + aheadMs);
  const known = new Set(kept.map(({ id }) => id));
  const planned = declared.flatMap((one) => {
    const times = declaredWindows([one], nowMs, nowMs + aheadMs);
    const next = times.find(({ id, fromMs }) => !known.has(id) && fromMs > nowMs);
    return [...times.filter(({ id, fromMs }) => !known.has(id) && fromMs <= nowMs), ...(next ? [next] : [])];
  });
  return [...kept, ...planned].sort((a, b) => a.fromMs - b.fromMs);
}

const iso = (ms: number): string => new Date(ms).toISOString();

function windowLine({ reason, fromMs, toMs, matchers, who }: RecordedMaintenance, nowMs: number): string {
  const whom = matchers.map(({ label, operator, value }) => `${label}${operator}"${value}"`).join(', ');
  const when = fromMs <= nowMs ? `until ${iso(toMs)}` : `from ${iso(fromMs)} to ${iso(toMs)}`;
  const by = who ? `, by ${who}` : '';
  return printable(`maintenance ${when}: ${reason} (${whom || 'all alerts'}${by})`);
}

function alertLine({ fingerprint, rule, status, sinceMs, labels, mute, isNew }: AlertRecord): string {
  const subject = labels.check ?? labels.trigger ?? labels.channel ?? labels.job;
  const notes = [
    ...(mute ? [`${mute.kind}: ${mute.by}`] : []),
    ...(isNew ? [] : ['known before the deployment']),
  ];
  return printable(
    `${fingerprint}  ${status.padEnd(8)} ${rule}${subject ? ` ${subject}` : ''}  since ${iso(sinceMs)}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`,
  );
}

function incidentLine({ id, startedMs, startedBy, followedBy }: IncidentSummary): string {
  const followers = followedBy.length > 0 ? `; followed by: ${followedBy.join(', ')}` : '';
  return printable(`incident ${id}  since ${iso(startedMs)}  started by: ${startedBy}${followers}`);
}

function acknowledge(
  history: History,
  key: string,
  who: string | undefined,
  note: string | undefined,
): string {
  if (!who) throw new VigilError('USAGE', '--acknowledge requires --by');
  const found = openAlerts(history).filter(({ fingerprint }) => fingerprint.startsWith(key));
  const [alert] = found;
  if (!alert || found.length > 1) {
    throw new VigilError(
      'USAGE',
      `${found.length === 0 ? 'no open alert has' : 'more than one open alert has'} the fingerprint ${key}`,
      {
        hint: 'vigil alerts lists them',
      },
    );
  }
  history.recordAcknowledgement({
    timeMs: Date.now(),
    alertKey: alert.fingerprint,
    who,
    ...(note && { note }),
  });
  return `${alert.rule} is acknowledged by ${who}: no reminder until it is resolved`;
}

/** `vigil alerts`: what is pending or firing; takes one, or declares a maintenance window. */
export async function runAlerts(args: AlertsOptions): Promise<void> {
  const { config } = await configured(args);
  const { reports } = config;
  const noLoop = new VigilError('USAGE', 'no loop has watched here yet', {
    where: reports,
    hint: 'vigil monitor --loop',
  });
  if (!existsSync(historyFile(reports))) throw noLoop;
  const history = openHistory({
    file: historyFile(config.reports),
    redact: redactorOf(config).redact,
  });
  try {
    if (args.acknowledge) {
      process.stdout.write(`${acknowledge(history, args.acknowledge, args.by, args.note)}\n`);
      return;
    }
    if (args.maintenance) {
      if (!args.reason) throw new VigilError('USAGE', '--maintenance requires --reason');
      const fromMs = Date.now();
      const toMs = fromMs + durationOf('--maintenance', args.maintenance);
      const who = args.by ? { who: args.by } : {};
      history.saveMaintenance({
        id: randomUUID(),
        reason: args.reason,
        fromMs,
        toMs,
        matchers: matchersOf(args.match),
        ...who,
      });
      process.stdout.write(`Maintenance until ${new Date(toMs).toISOString()}: ${printable(args.reason)}\n`);
      return;
    }
    // Single cycles judge no alert.
    if (history.grids().length === 0) throw noLoop;
    const open = openAlerts(history);
    const nowMs = Date.now();
    const maintenance = windowsAhead(history, config.maintenance, nowMs);
    const incidents = incidentsOf(stateOf(history));
    if (args.json) {
      process.stdout.write(json({ version: 1, alerts: open, incidents, maintenance }));
      return;
    }
    const lines = [
      ...(open.length > 0 ? open.map(alertLine) : ['No alert is open.']),
      ...incidents.filter(({ endedMs }) => endedMs === undefined).map(incidentLine),
      ...maintenance.map((window) => windowLine(window, nowMs)),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    history.close();
  }
}
