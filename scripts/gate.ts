import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineCommand } from 'citty';
import {
  type CiEnvironment,
  ciEnvironment,
  loadConfig,
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
import { configOption, historyOption, jsonOption } from './options.ts';
import { terminalStyle } from './terminal.ts';

/** What GitHub keeps of a step's summary. */
const mostSummaryBytes = 1024 ** 2;

/** Text of at most so many characters on one line, and not nothing. */
function sentenceOf(name: string, text: string | undefined): string {
  const line = oneLine(text ?? '').slice(0, 300);
  if (line !== '') return line;
  throw new VigilError('USAGE', `${name} is empty`, { expected: `${name} TEXT` });
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

function openAt(config: VigilConfig, reports: string): History {
  return openHistory({
    redact: redactorOf(config).redact,
    file: historyFile(reports),
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
    throw new VigilError('USAGE', '--source is no source', {
      expected: 'history or prometheus',
      received: source,
    });
  }
  if (source === 'history' && prometheus === undefined) return undefined;
  const url = prometheus ?? config.target?.prometheus?.url ?? config.monitoring.prometheus;
  if (source === 'history' || !/^https?:/.test(URL.parse(url)?.protocol ?? '')) {
    throw new VigilError('USAGE', '--prometheus is the base URL of a store', {
      expected: '--source prometheus --prometheus http://127.0.0.1:9090',
      received: source === 'history' ? '--source history' : url,
    });
  }
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
  process.stderr.write(`${thrown.describe()}\nINCONCLUSIVE: the store gave no evidence\n`);
}

/** `vigil gate`: the verdict on giving a release more traffic, from recorded evidence. */
export const gateCommand = defineCommand({
  meta: { name: 'gate', description: 'Decides from the evidence whether a release may have more traffic' },
  args: {
    config: configOption,
    reports: historyOption,
    to: { type: 'string', description: 'the stage that is asked for, in percent of the traffic, such as 50' },
    deployed: { type: 'string', description: 'records that this release is out now: its rollout begins' },
    by: { type: 'string', description: 'who asks (default: the CI job, or the user of this machine)' },
    note: { type: 'string', description: 'with --deployed: what others should know' },
    override: {
      type: 'boolean',
      default: false,
      description: 'lets the traffic through against the verdict; recorded for ever',
    },
    reason: { type: 'string', description: 'with --override: why' },
    source: {
      type: 'string',
      default: 'history',
      description: 'where the evidence is: history, or prometheus (any store that speaks its API)',
    },
    prometheus: {
      type: 'string',
      description: 'with --source prometheus: base URL of the store (default as configured)',
    },
    'dry-run': { type: 'boolean', default: false, description: 'only asks: takes no stage, records nothing' },
    junit: { type: 'string', description: 'writes the conditions to this file as JUnit' },
    json: jsonOption,
  },
  async run({ args }) {
    const { config } = await loadConfig(process.cwd(), args.config);
    const reports = args.reports ? path.resolve(args.reports) : config.reports;
    const setup = gateSetup(config, config.target && shownUrl(config.target.orchestration));
    const ci = ciEnvironment();
    const who = askerOf(args.by, ci);
    if ((args.to === undefined) === (args.deployed === undefined)) {
      throw new VigilError('USAGE', 'what is asked?', {
        expected: '--to PERCENT, or --deployed RELEASE',
        received: args.to === undefined ? 'neither' : 'both',
      });
    }
    if (args.override !== (args.reason !== undefined)) {
      throw new VigilError('USAGE', 'an override has a reason, and a reason is for an override', {
        expected: '--override --reason TEXT',
      });
    }
    if (args.override && (args['dry-run'] || args.deployed !== undefined)) {
      throw new VigilError('USAGE', 'there is nothing to override', {
        expected: '--to PERCENT --override --reason TEXT',
      });
    }
    const to = args.to === undefined ? undefined : stageOf(args.to, setup.plan);
    const override = args.override ? { by: who, reason: sentenceOf('--reason', args.reason) } : undefined;
    const history = openAt(config, reports);
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
      if (!args['dry-run']) keepAnswer(history, answer, true);
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
  },
});
