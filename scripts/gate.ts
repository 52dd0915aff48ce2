import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type CiEnvironment,
  ciEnvironment,
  messageOf,
  oneLine,
  quorumOf,
  redactorOf,
  shownUrl,
  type VigilConfig,
  VigilError,
} from '../src/core/index.ts';
import { type History, historyFile, openHistory } from '../src/history/index.ts';
import {
  type Answer,
  type Asking,
  answerOn,
  askHistory,
  type GateSetup,
  gateSetup,
  githubAnnotations,
  githubSummary,
  junitReport,
  keepAnswer,
  letsThrough,
  type PrometheusStore,
  prometheusEvidence,
  renderDecision,
  rollbackWarning,
  rolloutStanding,
  stageOf,
} from '../src/release/index.ts';
import { exitCodes } from './exit-codes.ts';
import { terminalStyle } from './terminal.ts';
import { configured, invalid } from './values.ts';

interface GateOptions {
  config?: string;
  reports?: string;
  to?: string;
  deployed?: string;
  by?: string;
  note?: string;
  override?: boolean;
  reason?: string;
  source: string;
  prometheus?: string;
  dryRun?: boolean;
  junit?: string;
  json?: boolean;
}

/** What GitHub keeps of a step's summary. */
const mostSummaryBytes = 1024 ** 2;

/** Text of at most so many characters on one line, and not nothing. */
function sentenceOf(name: string, text: string | undefined): string {
  const line = oneLine(text ?? '').slice(0, 300);
  if (line !== '') return line;
  throw invalid(name, text ?? '', 'a text');
}

/** Who asks: as named, else the CI job, else the user of this machine. */
function askerOf(by: string | undefined, ci: CiEnvironment): string {
  if (by !== undefined) return sentenceOf('--by', by);
  return ci.startedBy ? oneLine(ci.startedBy) : `${os.userInfo().username} at ${os.hostname()}`;
}

function recordDeployment(
  history: History,
  setup: GateSetup,
  given: { release: string; who: string; note: string | undefined },
) {
  const timeMs = Date.now();
  const { release, who, note } = given;
  const warning = rollbackWarning(history, timeMs);
  history.recordDeployment({ timeMs, release, who, ...(note && { note }) });
  const next = rolloutStanding(history, setup, timeMs)?.next;
  return {
    version: 1,
    deployment: { release, at: new Date(timeMs).toISOString(), by: who, note: note ?? null },
    ...(warning && { warning }),
    next: next ? { to: next.percent, at: new Date(next.soakEndsMs).toISOString() } : null,
  };
}

function writeJunit(file: string, answer: Answer): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, junitReport(answer));
  } catch (thrown) {
    throw new VigilError('USAGE', `--junit can’t be written: ${messageOf(thrown)}`, { where: file });
  }
}

/** What GitHub shows of the decision; a summary that can't be written costs no verdict. */
function tellGitHub(answer: Answer, { stepSummaryFile }: CiEnvironment): void {
  for (const line of githubAnnotations(answer)) process.stderr.write(`${line}\n`);
  if (!stepSummaryFile) return;
  try {
    const text = githubSummary(answer);
    const before = statSync(stepSummaryFile, { throwIfNoEntry: false })?.size ?? 0;
    if (before + Buffer.byteLength(text) <= mostSummaryBytes) appendFileSync(stepSummaryFile, text);
    else process.stderr.write('the summary of this step is full: nothing was added\n');
  } catch (thrown) {
    process.stderr.write(`the summary of this step can’t be written: ${messageOf(thrown)}\n`);
  }
}

/** Text with lines of others in it, so that GitHub takes none of them for a command. */
function shielded(text: string, ci: CiEnvironment): string {
  if (!ci.isGitHub) return text;
  const token = randomUUID();
  return `::stop-commands::${token}\n${text}::${token}::\n`;
}

function openAt(config: VigilConfig): History {
  return openHistory({
    redact: redactorOf(config).redact,
    file: historyFile(config.reports),
    retentionMs: config.retention,
    onWarning: (text) => process.stderr.write(`${text}\n`),
  });
}

/** The store that is asked; `undefined` for the history itself. */
function storeOf(
  config: VigilConfig,
  { source, prometheus }: { source: string; prometheus?: string | undefined },
): PrometheusStore | undefined {
  if (source !== 'history' && source !== 'prometheus') {
    throw invalid('--source', source, 'history or prometheus');
  }
  if (source === 'history' && prometheus === undefined) return undefined;
  const url = prometheus ?? config.target?.prometheus?.url ?? config.monitoring.prometheus;
  if (source === 'history') throw new VigilError('USAGE', '--prometheus requires --source prometheus');
  if (!/^https?:/.test(URL.parse(url)?.protocol ?? ''))
    throw invalid('--prometheus', url, 'a base URL such as http://127.0.0.1:9090');
  const { scrapeInterval: scrapeIntervalMs } = config.monitoring;
  return { url: url.replace(/\/+$/, ''), quorum: quorumOf(config.monitoring), scrapeIntervalMs };
}

/** Asks the history, or a store with the history as the ledger of deployments and decisions. */
async function ask(
  history: History,
  setup: GateSetup,
  asking: Asking,
  store: PrometheusStore | undefined,
): Promise<Answer> {
  const atMs = Date.now();
  if (!store) return askHistory(history, setup, asking, atMs);
  return answerOn(await prometheusEvidence(history, store, setup, asking.to, atMs), setup, asking);
}

/** A store that does not answer, or not as Prometheus does, is said and leaves no answer; anything else is thrown on. */
function tellUnanswered(thrown: unknown): undefined {
  const isTheirs =
    thrown instanceof VigilError &&
    (thrown.code === 'TARGET_UNREACHABLE' || thrown.code === 'TARGET_CONTRACT');
  if (!isTheirs) throw thrown;
  process.stderr.write(`${thrown.describe()}\nINCONCLUSIVE: Prometheus returned no data\n`);
}

/** `vigil gate`: the verdict on giving a release more traffic, from recorded evidence. */
export async function runGate(args: GateOptions): Promise<void> {
  const { config } = await configured(args);
  const setup = gateSetup(config, config.target && shownUrl(config.target.orchestration));
  const ci = ciEnvironment();
  const who = askerOf(args.by, ci);
  if ((args.to === undefined) === (args.deployed === undefined)) {
    throw new VigilError('USAGE', 'vigil gate requires either --to PERCENT or --deployed RELEASE');
  }
  if (args.override && args.reason === undefined)
    throw new VigilError('USAGE', '--override requires --reason');
  if (args.reason !== undefined && !args.override)
    throw new VigilError('USAGE', '--reason requires --override');
  if (args.override && (args.dryRun || args.deployed !== undefined)) {
    const other = args.dryRun ? '--dry-run' : '--deployed';
    throw new VigilError('USAGE', `--override and ${other} exclude each other`);
  }
  const to = args.to === undefined ? undefined : stageOf(args.to, setup.plan);
  const override = args.override ? { by: who, reason: sentenceOf('--reason', args.reason) } : undefined;
  const history = openAt(config);
  try {
    if (to === undefined) {
      const release = sentenceOf('--deployed', args.deployed);
      const done = recordDeployment(history, setup, { release, who, note: args.note });
      const next = done.next ? `; ${done.next.to} % may be asked for from ${done.next.at} on` : '';
      const text = `${release} is recorded as deployed at ${done.deployment.at}${next}`;
      if (done.warning) process.stderr.write(`But ${done.warning}\n`);
      process.stdout.write(args.json ? `${JSON.stringify(done, null, 2)}\n` : shielded(`${text}\n`, ci));
      return;
    }
    const asking = { to, askedBy: who, via: 'command', ...(override && { override }) };
    const answer = await ask(history, setup, asking, storeOf(config, args)).catch(tellUnanswered);
    if (!answer) {
      // Who can't be asked has said nothing, and that is no pass.
      process.exitCode = exitCodes.inconclusive;
      return;
    }
    if (!args.dryRun) keepAnswer(history, answer, true);
    if (args.junit !== undefined) writeJunit(args.junit, answer);
    process.stdout.write(
      args.json
        ? `${JSON.stringify(answer.document, null, 2)}\n`
        : shielded(renderDecision(answer, terminalStyle(process.stdout)), ci),
    );
    if (ci.isGitHub) tellGitHub(answer, ci);
    process.exitCode = letsThrough(answer.decision) ? exitCodes.pass : exitCodes[answer.decision.verdict];
  } finally {
    history.close();
  }
}
