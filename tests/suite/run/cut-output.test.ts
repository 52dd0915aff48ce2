import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { runCommand } from '../../../src/suite/run/spawn-command.ts';

const secret = 'planted-secret-of-a-suite';
const redactor = createRedactor();
redactor.register(secret);

const print = (script: string) =>
  runCommand({
    command: [process.execPath, '-e', script],
    cwd: '/',
    env: {},
    timeoutMs: 30_000,
    keepBytes: 1000,
  });

test('output whose beginning was dropped holds no end of a secret that the cut went through', async () => {
  for (let length = 0; length < 26; length += 3) {
    const { stdout, isCut } = await print(
      `process.stdout.write(${JSON.stringify(`${secret}\n`)}.repeat(200) + 'x'.repeat(${length}) + '\\nthe end')`,
    );
    expect(isCut).toBe(true);
    expect(stdout.length).toBeGreaterThan(900);
    expect(redactor.redact(stdout).replaceAll('[redacted]', '')).toMatch(/^\n+x*\nthe end$/);
  }
});

test('of a line that goes on for ever the end is kept', async () => {
  const { stdout } = await runCommand({
    command: [process.execPath, '-e', "process.stdout.write('x'.repeat(200_000) + 'the end\\n')"],
    cwd: '/',
    env: {},
    timeoutMs: 30_000,
  });
  expect(stdout.length).toBeGreaterThan(50_000);
  expect(stdout).toMatch(/^x+the end\n$/);
});
