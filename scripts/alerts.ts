import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  declaredWindows,
  type EngineState,
  type IncidentSummary,
  incidentsOf,
  initialState,
} from '../src/alerts/index.ts';
import {
  formatDuration,
  headAt,
  type LoadedConfig,
  type Matcher,
  messageOf,
  oneLine,
  parseMatchers,
  printable,
  redactorOf,
  type VigilConfig,
  VigilError,
} from '../src/core/index.ts';
import { type History, historyFile, openHistory, type RecordedMaintenance } from '../src/history/index.ts';
import {
  acknowledgeAlerts,
  acknowledgeableOf,
  alertsNamed,
  type ListedAlert,
  listAlerts,
  openAlertsOf,
  savedState,
  silenceAlerts,
} from '../src/monitor/index.ts';
import type { AlertsDocument } from '../src/views/index.ts';
import { openExchange, recordInLedger } from './shared-ledger.ts';
import { configured, durationOf, invalid, json, type SharedOptions, userName } from './values.ts';
import { wordContextOf } from './word-context.ts';

interface AlertsOptions extends SharedOptions {
  acknowledge?: string;
  silence?: string;
  for?: string;
  by?: string;
  note?: string;
  maintenance?: string;
  reason?: string;
  match?: string;
}

const stateOf = (history: History): EngineState => savedState(history, 'alerts') ?? initialState();

function matchersOf(text: string | undefined): Matcher[] {
  if (text === undefined) return [];
  try {
    return parseMatchers(text);
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

const muteWords = { inhibited: 'follows from', maintenance: 'silenced:', acknowledged: 'acknowledged by' };

/** The state, and why nobody is told of it where that is so. */
function stateText({ alert: { status, mute, isNew }, acknowledgedBy }: ListedAlert): string {
  const notes = [
    ...(acknowledgedBy === undefined ? [] : [`acknowledged by ${acknowledgedBy}`]),
    ...(mute && mute.kind !== 'acknowledged' ? [`${muteWords[mute.kind]} ${mute.by}`] : []),
    ...(isNew ? [] : ['known before the deployment']),
  ];
  return notes.length === 0 ? status : `${status}, ${notes.join(', ')}`;
}

/** What is wrong with value and limit, for how long, and what to do first. */
function alertLines(listed: ListedAlert, nowMs: number): string[] {
  const { alert, id, words, isConsequence } = listed;
  const age = formatDuration(Math.floor((nowMs - alert.sinceMs) / 1000) * 1000);
  const { next, run } = words;
  const name = [alert.rule, alert.labels.check ?? alert.labels.trigger].filter(Boolean).join(' ');
  return [
    `${id}  ${alert.labels.priority ?? 'P1'}  ${oneLine(words.summary)}, for ${age}`,
    `        ${name}: ${stateText(listed)}`,
    ...(next ? [`        next: ${next}`] : []),
    ...(run ? [`        run:  ${run}`] : []),
  ].map((line) => printable(isConsequence ? `  ${line}` : line));
}

function incidentLine({ id, startedMs, startedBy, followedBy }: IncidentSummary): string {
  const followers = followedBy.length > 0 ? `; followed by: ${followedBy.join(', ')}` : '';
  return printable(`incident ${id}  since ${iso(startedMs)}  started by: ${startedBy}${followers}`);
}

const countText = (number: number): string => `${number} alert${number === 1 ? '' : 's'}`;

/** Takes alerts: nobody is reminded of them until they are resolved. */
function acknowledge(history: History, name: string, { by, note }: AlertsOptions): string {
  const found = alertsNamed(name, acknowledgeableOf(stateOf(history)));
  const who = by ?? userName();
  acknowledgeAlerts(history, found, { timeMs: Date.now(), who, note });
  const rules = found
    .map(({ rule, labels }) => `${rule}${labels.check ? ` ${labels.check}` : ''}`)
    .join(', ');
  return `${countText(found.length)} acknowledged by ${who}, no reminder until resolved: ${rules}`;
}

/** Silences alerts for a while. */
function silence(history: History, name: string, given: AlertsOptions): string {
  const found = alertsNamed(name, openAlertsOf(stateOf(history)));
  const who = given.by ?? userName();
  const fromMs = Date.now();
  const toMs = fromMs + durationOf('--for', given.for ?? '1h');
  silenceAlerts(history, found, { fromMs, toMs, who, reason: given.reason ?? `silenced by ${who}` });
  return `${countText(found.length)} silenced until ${iso(toMs)} by ${who}`;
}

/** Declares works: the alerts that match are told to nobody for a while. */
function declare(history: History, length: string, { reason, by, match }: AlertsOptions): string {
  if (!reason) throw new VigilError('USAGE', '--maintenance requires --reason');
  const fromMs = Date.now();
  const toMs = fromMs + durationOf('--maintenance', length);
  const who = by ? { who: by } : {};
  history.saveMaintenance({ id: randomUUID(), reason, fromMs, toMs, matchers: matchersOf(match), ...who });
  return `Maintenance until ${iso(toMs)}: ${printable(reason)}`;
}

/** What is open as one document or as text. */
function list(history: History, loaded: LoadedConfig, asJson: boolean | undefined): string {
  const nowMs = Date.now();
  const open = listAlerts(history, wordContextOf(loaded, history), nowMs);
  const maintenance = windowsAhead(history, loaded.config.maintenance, nowMs);
  const incidents = incidentsOf(stateOf(history));
  if (asJson) {
    const alerts = open.map(({ alert, id, words, acknowledgedBy }) => ({
      ...alert,
      id,
      ...words,
      acknowledgedBy: acknowledgedBy ?? null,
    }));
    const document: AlertsDocument = { ...headAt(nowMs), alerts, incidents, maintenance };
    return json(document);
  }
  const lines = [
    ...(open.length > 0 ? open.flatMap((one) => alertLines(one, nowMs)) : ['No alert is open.']),
    ...incidents.filter(({ endedMs }) => endedMs === undefined).map(incidentLine),
    ...maintenance.map((window) => windowLine(window, nowMs)),
  ];
  return `${lines.join('\n')}\n`;
}

/** `vigil alerts`: what is pending or firing; acknowledges, silences, or declares a maintenance window. */
export async function runAlerts(args: AlertsOptions): Promise<void> {
  const loaded = await configured(args);
  const { config } = loaded;
  const { reports } = config;
  const noLoop = new VigilError('USAGE', 'no loop has watched here yet', {
    where: reports,
    hint: 'vigil monitor --loop',
  });
  if (!existsSync(historyFile(reports))) throw noLoop;
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const history = openHistory({
    file: historyFile(reports),
    redact: redactorOf(config).redact,
    isShared: config.ledger !== undefined,
  });
  const ledger = await openExchange(loaded, history);
  const recorded = async (said: string) => {
    print(said);
    await recordInLedger(ledger);
  };
  try {
    const fault = await ledger?.exchange();
    if (fault !== undefined) process.stderr.write(`${fault}\n`);
    if (args.acknowledge) return await recorded(acknowledge(history, args.acknowledge, args));
    if (args.silence) return await recorded(silence(history, args.silence, args));
    if (args.maintenance) return await recorded(declare(history, args.maintenance, args));
    // Single cycles judge no alert.
    if (history.grids().length === 0) throw noLoop;
    process.stdout.write(list(history, loaded, args.json));
  } finally {
    await ledger?.close();
    history.close();
  }
}
