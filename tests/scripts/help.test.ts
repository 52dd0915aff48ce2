import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commandLine } from '../../scripts/commands.ts';

const root = new URL('../../', import.meta.url).href;
const whole = commandLine();
const all: Command[] = [whole, ...whole.commands];

function helpOf(command: Command): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) }).outputHelp();
  return parts.join('');
}

/** The lines with which a help text ends. */
const examplesOf = (command: Command): string[] =>
  (helpOf(command).split('\nExamples:\n')[1] ?? '').split('\n').flatMap((line) => line.trim() || []);

/** Words of a description; what stands in brackets counts too. */
const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => /\w/.test(word));

/** Arguments as a shell reads them. */
const argumentsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** What texts said before, and should not say again. */
const retired = [
  /makes? a test suite the monitor/i,
  /decides? from the evidence/i,
  /puts? every fault in|turns? red/i,
  /other limits and times|side by side/i,
  /goes on/i,
  /keeps what/i,
  /a marked test/i,
  /is no (port|duration|number)/i,
  /there is no command/i,
  /exactly this|would be done/i,
  /time alone|does not mend/i,
  /by something else/i,
  /the store gave/i,
  /is believed/i,
  /stays shut/i,
  /could not judge/i,
  /in the way/i,
  /see to it/i,
  /for company/i,
  /nothing good/i,
];

test('every command is there, each with a different description', () => {
  const names = whole.commands.map((command) => command.name());
  expect(names).toHaveLength(19);
  expect(new Set(whole.commands.map((command) => command.description())).size).toBe(19);
  for (const name of names) expect(helpOf(whole)).toMatch(new RegExp(`^  ${name} `, 'm'));
});

describe.each(all.map((command) => [command.name(), command] as const))('vigil %s', (name, command) => {
  test('describes itself and every option in one to eight words', () => {
    const texts = [command.description(), ...command.options.map(({ description }) => description)];
    for (const text of texts) {
      expect.soft(wordsOf(text).length, text).toBeLessThanOrEqual(8);
      expect.soft(wordsOf(text).length, `${name}: an option without a description`).toBeGreaterThan(0);
    }
  });

  test('says its exit codes, and how a duration or a time is written where an option takes one', () => {
    const help = helpOf(command);
    expect(help).toMatch(/^Exit codes: 0 .+, 64 usage, 70 internal error$/m);
    for (const notation of ['duration', 'time'])
      expect(help.includes(`\n${notation}: `)).toBe(help.includes(` <${notation}> `));
  });

  test('says nothing in words that were given up', () => {
    for (const words of retired) expect.soft(helpOf(command)).not.toMatch(words);
  });

  test('ends with two examples, which it understands', async () => {
    const examples = examplesOf(command);
    expect(examples).toHaveLength(2);
    for (const line of examples) {
      const [program, ...given] = argumentsOf(line);
      expect(program).toBe('vigil');
      if (command !== whole) expect(given[0]).toBe(name);
      const understood: string[] = [];
      const other = commandLine();
      for (const one of other.commands) one.action(() => void understood.push(one.name()));
      await other.parseAsync(given, { from: 'user' });
      expect(understood).toEqual([given[0]]);
    }
  });
});

test('a help text loads nothing of what its command does', () => {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { main } = await import(${JSON.stringify(`${root}scripts/vigil.ts`)});
    await main(['monitor', '--help']);
    console.error(JSON.stringify(loaded));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect(stdout).toContain('vigil monitor');
  const files = (JSON.parse(stderr) as string[]).filter((url) => url.startsWith(root));
  const ours = files.map((url) => url.slice(root.length)).filter((file) => !file.startsWith('node_modules/'));
  expect(ours.sort()).toEqual(
    ['command.ts', 'commands-of-tools.ts', 'commands.ts', 'exit-codes.ts', 'vigil.ts'].map(
      (f) => `scripts/${f}`,
    ),
  );
});

test('a text that is too long, or an example with a mistake, would be noticed', async () => {
  expect(wordsOf('ends after this time, such as 48h (default: goes on)')).toHaveLength(10);
  await expect(commandLine().parseAsync(['monitor', '--intervall', '5m'], { from: 'user' })).rejects.toThrow(
    'unknown option',
  );
});
