import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type CiEnvironment,
  ciEnvironment,
  messageOf,
  oneLine,
  redactorOf,
  shortened,
  storeUrlOf,
  targetIdOf,
  type VigilConfig,
  VigilError,
} from '../src/core/index.ts';
import { type History, historyFile, openHistory } from '../src/history/index.ts';
import {
  type Answer,
  type Asking,
  answerOn,
  askHistory,
  type DeployedDocument,
  type GateSetup,
  gateSetup,
  junitReport,
  keepAnswer,
  letsThrough,
  type PrometheusStore,
  prometheusEvidence,
  recordDeployment,
  renderDecision,
  setupForRelease,
  shielded,
  stageOf,
  storeIn,
  tellGitHub,
  type WaitOptions,
  waitForPass,
  waitForRelease,
} from '../src/release/index.ts';
import { criteriaOf } from '../src/suite/index.ts';
import { exitCodes } from './exit-codes.ts';
import { openExchange, recordInLedger } from './shared-ledger.ts';
import { suiteOf } from './suite-of.ts';
import { terminalStyle } from './terminal.ts';
import { configured, durationOf, invalid, json, type SharedOptions, userName } from './values.ts';

interface GateOptions extends SharedOptions {
  to?: string;
  deployed?: string;
  by?: string;
  note?: string;
  override?: boolean;
  acceptThresholds?: boolean;
  reason?: string;
  source: string;
  prometheus?: string;
  dryRun?: boolean;
  wait?: string;
  /** The service whose instances count; all of them where none is named. */
  waitRelease?: string | true;
  junit?: string;
}

/** Text of at most so many characters on one line, and not nothing. */
function sentenceOf(name: string, text: string | undefined): string {
  const line = shortened(oneLine(text ?? ''), 300);
  if (line !== '') return line;
  throw invalid(name, text ?? '', 'a text');
}

/** Who asks: as named, else the CI job, else the user of this machine. */
function whoAsks(by: string | undefined, ci: CiEnvironment): string {
  if (by !== undefined) return sentenceOf('--by', by);
  return ci.startedBy ? oneLine(ci.startedBy) : `${userName()} at ${os.hostname()}`;
}

function writeJunit(file: string, answer: Answer): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, junitReport(answer));
  } catch (thrown) {
    throw new VigilError('USAGE', `--junit can’t be written: ${messageOf(thrown)}`, { where: file });
  }
}

function openAt(config: VigilConfig): History {
  return openHistory({
    redact: redactorOf(config).redact,
    file: historyFile(config.reports),
    retentionMs: config.retention,
    isShared: config.ledger !== undefined,
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
  const url = prometheus ?? storeUrlOf(config);
  if (source === 'history') throw new VigilError('USAGE', '--prometheus requires --source prometheus');
  if (!/^https?:/.test(URL.parse(url)?.protocol ?? ''))
    throw invalid('--prometheus', url, 'a base URL such as http://127.0.0.1:9090');
  return storeIn(config, url.replace(/\/+$/, ''));
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
  const own = setupForRelease(history, setup, atMs);
  return answerOn(await prometheusEvidence(history, store, own, asking.to, atMs), own, asking);
}

/** A store that does not answer, or not as Prometheus does, is said and leaves no answer; anything else is thrown on. */
function tellUnanswered(thrown: unknown): undefined {
  const isTheirs =
    thrown instanceof VigilError &&
    (thrown.code === 'TARGET_UNREACHABLE' || thrown.code === 'TARGET_CONTRACT');
  if (!isTheirs) throw thrown;
  process.stderr.write(`${thrown.describe()}\nINCONCLUSIVE: Prometheus returned no data\n`);
}

/** What was asked for, where the options agree with each other. */
function checkedOptions(args: GateOptions): void {
  const usage = (message: string) => new VigilError('USAGE', message);
  if ((args.to === undefined) === (args.deployed === undefined))
    throw usage('vigil gate requires either --to PERCENT or --deployed RELEASE');
  if (args.override && args.reason === undefined) throw usage('--override requires --reason');
  if (args.reason !== undefined && !args.override) throw usage('--reason requires --override');
  if (args.wait !== undefined && (args.to === undefined || args.override))
    throw usage('--wait requires --to, without --override');
  if (args.waitRelease !== undefined && args.wait === undefined)
    throw usage('--wait-release requires --wait');
  if (args.override && (args.dryRun || args.deployed !== undefined))
    throw usage(`--override and ${args.dryRun ? '--dry-run' : '--deployed'} exclude each other`);
}

/** How often a gate that waits is asked. */
const askEveryMs = 5000;

const warn = (line: string): void => void process.stderr.write(`${line}\n`);

/** The services whose instances must run a release before the gate is asked. */
function servicesWaitedFor({ services }: VigilConfig, waitRelease: string | true) {
  if (waitRelease === true) return services;
  const found = services.filter(({ name }) => name === waitRelease);
  if (found.length > 0) return found;
  throw invalid('--wait-release', waitRelease, services.map(({ name }) => name).join(' or '));
}

/** Waits until the recorded release runs on every instance where that is asked for; how instances still differ in the end. */
async function releaseMissing(
  waitRelease: string | true | undefined,
  config: VigilConfig,
  history: History,
  waiting: WaitOptions,
): Promise<string | undefined> {
  if (waitRelease === undefined) return undefined;
  const services = servicesWaitedFor(config, waitRelease);
  const release = history.deployments(0, Date.now()).at(-1)?.release;
  if (release !== undefined) return waitForRelease(services, release, waiting);
  throw new VigilError('USAGE', '--wait-release: no deployment is recorded', {
    hint: 'vigil gate --deployed RELEASE',
  });
}

/** `--deployed`: a rollout begins; what there is to say of it. */
function recordRelease(args: GateOptions, history: History, setup: GateSetup, who: string): string {
  const release = sentenceOf('--deployed', args.deployed);
  const { note } = args;
  const { at, warning, next } = recordDeployment(history, setup, { release, who, note }, Date.now());
  const document: DeployedDocument = {
    version: 1,
    at,
    deployment: { release, at, by: who, note: note ?? null },
    ...(warning && { warning }),
    next,
  };
  const then = next ? `; ${next.to} % may be asked for from ${next.at} on` : '';
  if (warning) warn(`But ${warning}`);
  if (args.json) return json(document);
  return `${release} is recorded as deployed at ${at}${then}\n`;
}

/** `vigil gate`: the verdict on giving a release more traffic, from recorded evidence. */
export async function runGate(args: GateOptions): Promise<void> {
  const { config, folder } = await configured(args);
  const setup = gateSetup(config, targetIdOf(config), criteriaOf(config, suiteOf(config, folder)));
  const ci = ciEnvironment();
  const who = whoAsks(args.by, ci);
  checkedOptions(args);
  const print = (text: string) => process.stdout.write(ci.isGitHub && !args.json ? shielded(text) : text);
  const to = args.to === undefined ? undefined : stageOf(args.to, setup.plan);
  const override = args.override ? { by: who, reason: sentenceOf('--reason', args.reason) } : undefined;
  const history = openAt(config);
  const ledger = await openExchange({ config, folder }, history);
  /** What other Vigils decided is read anew for each answer. */
  const shared = async () => ledger && { fault: (await ledger.exchange()) ?? ledger.fault() };
  try {
    if (to === undefined) {
      await shared();
      print(recordRelease(args, history, setup, who));
      return await recordInLedger(ledger);
    }
    const { acceptThresholds } = args;
    const asking = { to, askedBy: who, via: 'command', override, acceptThresholds };
    const store = storeOf(config, args);
    const waitMs = args.wait === undefined ? 0 : durationOf('--wait', args.wait);
    const interrupted = new AbortController();
    process.once('SIGINT', () => interrupted.abort());
    const waiting = {
      untilMs: Date.now() + waitMs,
      everyMs: askEveryMs,
      onOpen: warn,
      signal: interrupted.signal,
    };
    const difference = await releaseMissing(args.waitRelease, config, history, waiting);
    if (difference !== undefined) {
      warn(`INCONCLUSIVE: ${difference}`);
      process.exitCode = exitCodes.inconclusive;
      return;
    }
    const answer = await waitForPass(
      async () => ask(history, { ...setup, ledger: await shared() }, asking, store).catch(tellUnanswered),
      waiting,
    );
    if (!answer) {
      // Who can't be asked has said nothing, and that is no pass.
      process.exitCode = exitCodes.inconclusive;
      return;
    }
    if (!args.dryRun) keepAnswer(history, answer, true);
    if (!args.dryRun) await recordInLedger(ledger);
    if (args.junit !== undefined) writeJunit(args.junit, answer);
    print(args.json ? json(answer.document) : renderDecision(answer, terminalStyle(process.stdout)));
    if (ci.isGitHub) tellGitHub(answer, ci.stepSummaryFile, warn);
    process.exitCode = letsThrough(answer.decision) ? exitCodes.pass : exitCodes[answer.decision.verdict];
  } finally {
    await ledger?.close();
    history.close();
  }
}
