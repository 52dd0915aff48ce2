import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { median } from '../src/core/index.ts';
import { findProgram } from '../tests/support/programs.ts';

const seconds = process.argv[2] ?? '10';
if (findProgram('chromium') === undefined) {
  process.stdout.write('Not measured: chromium is not installed here.\n');
} else {
  const measure = fileURLToPath(new URL('../tests/views/page/measure.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, [measure, seconds], { stderr: 'inherit' });
  const figures = (what: string) =>
    [...stdout.matchAll(new RegExp(`${what} (\\d+) ms`, 'g'))].map(([, ms]) => Number(ms));
  const [paints, data] = [figures('first paint'), figures('first data')];
  if (paints.length === 0 || data.length === 0) throw new Error(`nothing was measured: ${stdout}`);
  process.stdout.write(`Chromium on the page of 48 h with a cycle every ${seconds} s; \`node tests/views/page/measure.ts ${seconds}\` said:

\`\`\`text
${stdout.trim()}
\`\`\`

First paint ${median(paints).toFixed(0)} ms, first data ${median(data).toFixed(0)} ms (medians of ${data.length} openings).
`);
}
