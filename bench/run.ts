import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { ExecaError, execa } from 'execa';
import { resultsDocument, sectionsOf } from './support/results.ts';

/** Each in a process of its own, in this order. */
const benches = {
  cycle: 'A cycle beside bare test runners',
  junit: 'Reading a JUnit report',
  history: 'Two days at a cycle every 10 s',
  growth: 'More cycles, more history, more checks',
  served: 'The port while a cycle runs',
  page: 'The page on two days',
  footprint: 'The loop beside production',
  cadence: 'A day of processor time',
  deployments: 'Twenty deployments in one process',
  blackbox: 'Probes beside the blackbox exporter',
};

const repository = fileURLToPath(new URL('..', import.meta.url));
const results = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
const before = sectionsOf(readFileSync(new URL('./RESULTS-before.md', import.meta.url), 'utf8'));
const named = process.argv.slice(2);
const strange = named.filter((name) => !Object.hasOwn(benches, name));
const processors = os.cpus();
const machine = `${os.availableParallelism()} of ${processors.length} cores of ${processors[0]?.model.trim() ?? 'an unknown processor'}, ${(os.totalmem() / 1e9).toFixed(1)} GB, ${os.type()} ${os.release()}, Node ${process.version}`;

/** Runs one bench; one that fails leaves a section that says so. */
async function sectionOf(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const [load, began] = [os.loadavg()[0]?.toFixed(2), performance.now()];
  const said = (text: string) =>
    `\`node bench/${name}.ts\`, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, load average ${load} at its begin, ${Math.round((performance.now() - began) / 1000)} s; ${machine}\n\n${text.trim()}`;
  try {
    const { stdout } = await execa(process.execPath, [file], { stderr: ['inherit', 'pipe'] });
    return said(stdout);
  } catch (thrown) {
    if (!(thrown instanceof ExecaError)) throw thrown;
    process.exitCode = 1;
    const told = String(thrown.stderr).replaceAll(repository, '').trim();
    const last = told.split('\n').slice(-15).join('\n');
    return said(
      `**This bench failed**: ${thrown.originalMessage ?? `exit code ${thrown.exitCode}`}\n\n\`\`\`text\n${last}\n\`\`\``,
    );
  }
}

if (strange.length > 0) {
  process.stderr.write(
    `no such bench: ${strange.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`,
  );
  process.exitCode = 64;
} else {
  for (const [name, title] of Object.entries(benches)) {
    if (named.length > 0 && !named.includes(name)) continue;
    process.stderr.write(`${title} …\n`);
    const section = await sectionOf(name);
    process.stdout.write(`## ${title}\n\n${section}\n\n`);
    // After each, so that a run that is ended early keeps what it measured; sections of other runs stay.
    const sections = sectionsOf(existsSync(results) ? readFileSync(results, 'utf8') : '');
    writeFileSync(results, resultsDocument(benches, sections.set(title, section), before));
  }
}
