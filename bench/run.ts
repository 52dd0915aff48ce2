import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const benches = {
  cycle: 'A cycle beside bare test runners',
  junit: 'Reading a JUnit report',
  history: 'Two days at a cycle every 10 s',
  served: 'The port while a cycle runs',
  footprint: 'The loop beside production',
};

const results = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
const named = process.argv.slice(2);
const wanted = Object.entries(benches).filter(([name]) => named.length === 0 || named.includes(name));
const sections: string[] = [];
for (const [name, title] of wanted) {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const load = os.loadavg()[0]?.toFixed(1);
  process.stderr.write(`${title} …\n`);
  const { stdout } = await execa(process.execPath, [file], { stderr: 'inherit' });
  process.stdout.write(`${stdout}\n\n`);
  sections.push(`## ${title}\n\n\`node bench/${name}.ts\`, load at its begin ${load}\n\n${stdout.trim()}\n`);
}
if (named.length === 0) {
  const machine = `${os.availableParallelism()} cores of ${os.cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(
    results,
    `# Results\n\nMade by \`npm run bench\` on one machine: ${machine}. The contestants of a table ran in turn, round by round; the ratios\ntell more than the milliseconds.\n\n${sections.join('\n')}`,
  );
}
