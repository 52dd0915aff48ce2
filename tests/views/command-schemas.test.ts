import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { commandLine } from '../../scripts/commands.ts';
import { place } from '../recorded/place.ts';
import { vigilHere } from '../support/vigil-here.ts';

const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));

/** What Vigil printed, held against its schema: nothing of it is unknown there. */
const faultsOf = (name: string, document: object) => {
  // The pattern beside each format says the same, and Ajv knows no formats by itself.
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schemaOf(name));
  return validate(document) ? [] : validate.errors;
};

const gate = '--by ci --to 100 --dry-run';

test.each([
  'alerts',
  'handover',
  'checks',
  'doctor',
  'doctor --explain',
  `gate ${gate}`,
  'gate --deployed v5 --note note --by ci',
  'init',
  'render --out made',
  'render --out made --check',
  'replay',
  'report',
])('what vigil %s prints with --json on a recorded watch fits its schema', async (command) => {
  const [name = '', ...more] = command.split(' ');
  const { stdout } = await vigilHere([name, ...more, '--json'], place('sqlite'));
  const document = JSON.parse(stdout);
  expect(faultsOf(name, document)).toEqual([]);
  expect(Date.parse(document.at)).toBeGreaterThan(0);
  expect(faultsOf(name, { ...document, more: 1 })).not.toEqual([]);
});

test('every command with --json has a schema, and one that prints a cycle has that of a cycle', () => {
  // They print what is started: addresses and processes, for scripts of ours.
  const starting = ['stack', 'target'];
  const cycles = ['monitor', 'ingest'];
  const names = commandLine()
    .commands.filter(({ options }) => options.some(({ long }) => long === '--json'))
    .map((command) => command.name())
    .filter((name) => !starting.includes(name));
  for (const name of names) expect(schemaOf(cycles.includes(name) ? 'cycle' : name)).toHaveProperty('title');
});
