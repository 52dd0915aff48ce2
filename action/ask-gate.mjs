// What action.yml runs: asks Vigil over HTTP or beside this step, and ends with 0 for pass, 1 for fail, 2 for anything else.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { TO, URL_OF_VIGIL, TOKEN, REPORTS, CONFIG, JUNIT, GITHUB_OUTPUT } = process.env;
const codes = { pass: 0, fail: 1, inconclusive: 2 };

/** The decision in what somebody answered; undefined where it is none. */
function decisionIn(text) {
  try {
    const document = JSON.parse(text);
    return document.verdict in codes ? document : undefined;
  } catch {
    return undefined;
  }
}

const short = (text) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);

/** A refusal by RFC 9457 in words. */
function problemIn(text) {
  try {
    const { title, detail } = JSON.parse(text);
    return [title, detail].filter(Boolean).join(': ');
  } catch {
    return 'no JSON';
  }
}

/** With the token the stage is taken when the gate passes; without it, it is only asked for. */
async function askOverHttp() {
  const base = URL_OF_VIGIL.replace(/\/+$/, '');
  const { GITHUB_REPOSITORY, GITHUB_ACTOR, GITHUB_RUN_ID } = process.env;
  const by = `GitHub Actions of ${GITHUB_REPOSITORY}, run ${GITHUB_RUN_ID} by ${GITHUB_ACTOR}`;
  const take = {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: TO, by }),
  };
  const signal = AbortSignal.timeout(30_000);
  let answer;
  let text;
  try {
    answer = TOKEN
      ? await fetch(`${base}/api/gate`, { ...take, signal })
      : await fetch(`${base}/api/gate?to=${encodeURIComponent(TO)}`, { signal });
    text = await answer.text();
  } catch (thrown) {
    throw new Error(`Vigil can't be reached at ${base}: ${thrown.cause?.code ?? thrown.message}`);
  }
  const decision = answer.ok ? decisionIn(text) : undefined;
  if (!decision) throw new Error(`Vigil at ${base} answered HTTP ${answer.status}, ${problemIn(text)}`);
  console.log(`${decision.verdict} for ${TO} %: ${short(decision.next ?? '')}`);
  return decision;
}

/** The program of the package as it is installed in the working directory. */
function installed() {
  const require = createRequire(path.resolve('package.json'));
  let manifest;
  try {
    manifest = require.resolve('vitest-vigil/package.json');
  } catch {
    throw new Error(
      `vitest-vigil is not installed in ${process.cwd()}: run npm ci before this step, or set url`,
    );
  }
  return path.resolve(path.dirname(manifest), require(manifest).bin.vigil);
}

/** What the package annotates goes to the log of the step, as it would without us. */
function askLocally() {
  const args = ['gate', '--to', TO, '--junit', JUNIT || 'gate.xml', '--json'];
  if (REPORTS) args.push('--reports', REPORTS);
  if (CONFIG) args.push('--config', CONFIG);
  if (REPORTS && !existsSync(REPORTS)) throw new Error(`there is no folder ${path.resolve(REPORTS)}`);
  const { stdout, status, signal } = spawnSync(process.execPath, [installed(), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 ** 2,
  });
  const decision = decisionIn(stdout);
  if (!decision || status !== codes[decision.verdict])
    throw new Error(`vigil gate ended with ${signal ?? `exit code ${status}`} and gave no decision as JSON`);
  return decision;
}

function output(name, value) {
  if (GITHUB_OUTPUT) appendFileSync(GITHUB_OUTPUT, `${name}=${value}\n`);
}

try {
  const { verdict, askAgainAt } = URL_OF_VIGIL ? await askOverHttp() : askLocally();
  output('verdict', verdict);
  output('ask-again-at', askAgainAt ?? '');
  process.exitCode = codes[verdict];
} catch (thrown) {
  output('verdict', 'inconclusive');
  output('ask-again-at', '');
  console.log(`::error title=Vigil gate::${short(thrown.message).replaceAll('%', '%25')}`);
  process.exitCode = codes.inconclusive;
}
