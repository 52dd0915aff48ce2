/**
 * Makes docs/setup.md from a real run: `node tools/setup-document.ts`. Every command runs in a folder of its own, against the
 * embedded reference target; what it said and when stands in the document.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { formatDuration } from '../src/core/index.ts';

interface Verified {
  what: string;
  command: string;
  /** Exit codes that are right. */
  codes?: readonly number[];
  /** What of the output is told, as a group. */
  says: RegExp;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const vigil = path.join(root, 'bin/vigil.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-setup-'));
const channel = { type: 'file', name: 'pager', path: 'told.jsonl' };
writeFileSync(
  path.join(folder, 'vigil.config.json'),
  JSON.stringify({ notifications: { channels: [channel] } }),
);

const steps: readonly Verified[] = [
  { what: 'the program and its version', command: 'vigil --version', says: /^(\S+)/ },
  {
    what: 'configuration, secrets, disk, port, way back',
    command: 'vigil doctor --port 0',
    codes: [0, 1],
    says: /^((?:Ready|Not ready).*)$/m,
  },
  { what: 'all 36 checks, once', command: 'vigil monitor', says: /^(PASS .*|FAIL .*|INCONCLUSIVE .*)$/m },
  { what: 'the baseline is recorded', command: 'vigil monitor --baseline', says: /^(.*baseline.*)$/im },
  {
    what: 'a test notification arrives',
    command: 'vigil monitor --test-notifications',
    says: /^(.*(?:delivered|accepted|pager).*)$/im,
  },
  {
    what: 'the loop: page, metrics, alerts, sentinel; ended by its time',
    command: 'vigil monitor --loop --interval 20s --duration 45s --port 0',
    codes: [0, 2],
    says: /^(?:.*\s)?(Ended: .*)$/m,
  },
  { what: 'a deployment is recorded', command: 'vigil gate --deployed v2 --by setup', says: /^(.*v2.*)$/m },
  {
    what: 'the gate holds a release of seconds',
    command: 'vigil gate --to 25 --dry-run',
    codes: [1, 2],
    says: /^(.*\S.*)$/m,
  },
  { what: 'the change of shift', command: 'vigil handover', says: /^(.*\S.*)$/m },
  {
    what: 'the report',
    command: 'vigil report',
    codes: [1, 2],
    says: /^([A-Z]+ {2}.*)$/m,
  },
  {
    what: 'a bad release is found, blocked, rolled back and proven',
    command: 'vigil demo --port 0',
    says: /(rolled back automatically: .*)/,
  },
  {
    what: 'the rendered files are those of the configuration',
    command: 'vigil render --check --out ROOT/monitoring',
    says: /(\S.*)$/m,
  },
  {
    what: 'Prometheus takes the rules',
    command: 'promtool check rules ROOT/monitoring/alerts.yml',
    says: /(SUCCESS: .*)/,
  },
  {
    what: 'Alertmanager takes its configuration',
    command: 'amtool check-config ROOT/monitoring/alertmanager.yml',
    says: /(- \d+ receivers)/,
  },
];

/** Runs a step as a person would type it. */
async function verify({ what, command, codes = [0], says }: Verified) {
  const [program = '', ...args] = command.replaceAll('ROOT', root.replace(/\/$/, '')).split(' ');
  const [file, given] = program === 'vigil' ? [process.execPath, [vigil, ...args]] : [program, args];
  const begunMs = Date.now();
  const { exitCode = 70, all = '' } = await execa(file, given, { cwd: folder, all: true, reject: false });
  const said = says.exec(all.replaceAll(folder, '.').replaceAll(root, ''))?.[1];
  const ok = codes.includes(exitCode) && said !== undefined;
  if (!ok) process.stderr.write(`${command}: exit code ${exitCode}\n${all}\n`);
  return {
    what,
    command: command.replaceAll('ROOT/', ''),
    ok,
    exitCode,
    said: (said ?? 'nothing that was expected').trim().replaceAll('|', '\\|').slice(0, 160),
    took: formatDuration(Math.max(1000, Math.round((Date.now() - begunMs) / 1000) * 1000)),
  };
}

const panels = readdirSync(path.join(root, 'monitoring/grafana/dashboards')).map((name) => {
  const text = readFileSync(path.join(root, 'monitoring/grafana/dashboards', name), 'utf8');
  const { panels: all } = JSON.parse(text) as { panels: { type: string }[] };
  return `\`${name}\`: ${all.filter(({ type }) => type !== 'row').length} panels`;
});
const startedAt = new Date().toISOString().slice(0, 16).replace('T', ' ');
const verified = [];
for (const step of steps) verified.push(await verify(step));
rmSync(folder, { recursive: true, force: true });

const rows = verified.map(
  ({ what, command, ok, exitCode, said, took }) =>
    `| ${ok ? '☑' : '☒'} | ${what} | \`${command}\` | ${exitCode} | ${said} | ${took} |`,
);
const template = readFileSync(new URL('documents/setup.md', import.meta.url), 'utf8');
const values: Record<string, string> = {
  WHEN: `${startedAt} UTC`,
  WHERE: `${os.type()} ${os.arch()}, ${os.cpus().length} cores, Node ${process.versions.node}`,
  ROWS: rows.join('\n'),
  OK: `${verified.filter(({ ok }) => ok).length} of ${verified.length}`,
  PANELS: panels.join(', '),
};
writeFileSync(
  path.join(root, 'docs/setup.md'),
  template.replaceAll(/\{\{([A-Z]+)\}\}/g, (_, key: string) => values[key] ?? ''),
);
process.exitCode = verified.every(({ ok }) => ok) ? 0 : 1;
