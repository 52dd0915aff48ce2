import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig, loadDeployments } from '../../src/core/config/load.ts';
import { configSchema } from '../../src/core/config/schema.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { codeBlocks, readDocument, tableRows } from './markdown.ts';
import { schemaKeys } from './schema-keys.ts';

const text = readDocument('docs/configuration.md');
const rows = [
  'General',
  'Services',
  'Store',
  'Ledger',
  'Authentication',
  'Target',
  'Suite',
  'Probes',
  'Network',
  'Quarantine',
  'Dependencies',
  'Loop',
  'Notifications',
  'Maintenance',
  'Monitoring',
  'Rollback',
  'Gate',
  'Thresholds',
].flatMap((title) => tableRows(text, title));
const bare = (cell = '') => cell.replaceAll('`', '').replaceAll('\\|', '|');
const described = rows.map(([key, , standard]) => ({ key: bare(key), standard: bare(standard) }));

/** The four levels of a signal are the same, as is who asks and what every type of channel has: described once. */
const asDescribed = (key: string) =>
  key
    .replace(/^(thresholds\.<signal>)\.(slo|warning|critical|rollback)/, '$1.<level>')
    .replace(/^(?:services\.<name>(?:\.metrics)?|target\.\w+|store)\.auth\./, 'auth.')
    .replace(/^rollback\.(?:flag|git|backup|database\.<\w+>)\.budgets(\.\w+)?$/, (_, stage) =>
      stage ? 'rollback.<type>.budgets.<stage>' : 'rollback.<type>.budgets',
    )
    .replace(/^(rollback\.database)\.<\w+>\.(engine|dump|sha256|checks.*|proof.*)$/, '$1.$2')
    .replace(/^(notifications\.channels)\.<\w+>\.(type|name|timeout)$/, '$1.$2')
    .replace(
      /^(probes)\.<\w+>\.(type|id|name|group|severity|priority|next|timeout|service|dependsOn)$/,
      '$1.$2',
    );
const known = schemaKeys(configSchema).map((entry) => ({ ...entry, key: asDescribed(entry.key) }));
// A group of keys with a default of its own, such as `suite`, is described by its keys.
const groups = ['target', 'suite', 'notifications', 'monitoring', 'rollout', 'server', 'network'];
const leaves = known.filter(({ key }) => !groups.includes(key));

describe('docs/configuration.md and the schema', () => {
  test('describe the same keys', () => {
    const sorted = (keys: string[]) => [...new Set(keys)].sort();
    expect(sorted(described.map(({ key }) => key))).toEqual(sorted(leaves.map(({ key }) => key)));
  });

  test('agree on every default', () => {
    const withDefault = leaves.filter(({ standard }) => standard !== undefined);
    expect(withDefault.length).toBeGreaterThan(8);
    for (const { key, standard } of withDefault) {
      expect.soft({ key, standard: described.find((row) => row.key === key)?.standard }).toEqual({
        key,
        standard,
      });
    }
  });

  test('agree on what must be there', () => {
    const alternatives = ['target.traces.receiver', 'target.traces.jaeger', 'target.traces.tempo'];
    for (const { key, required } of leaves.filter(({ key }) => !alternatives.includes(key))) {
      const says = described.find((row) => row.key === key)?.standard ?? '';
      expect.soft({ key, required: says.startsWith('required') }).toEqual({ key, required });
    }
  });
});

test('the walk over a schema sees through optional, default, union, list, pipe and record', () => {
  const schema = z.strictObject({
    a: z.union([z.strictObject({ x: z.string() }), z.strictObject({ y: z.string() })]).optional(),
    b: z.array(z.strictObject({ z: z.number() })).default([]),
    c: z.partialRecord(z.enum(['one']), z.strictObject({ v: z.number() })).default({}),
    d: z.string().transform(Number),
    e: z.array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('one'), u: z.string() }).refine(() => true),
        z.strictObject({ type: z.literal('two'), u: z.string().optional() }),
      ]),
    ),
  });
  expect(schemaKeys(schema).map(({ key }) => key)).toEqual([
    'a',
    'a.x',
    'a.y',
    'b',
    'b.z',
    'c',
    'c.<signal>',
    'c.<signal>.v',
    'd',
    'e',
    'e.<one>.type',
    'e.<one>.u',
    'e.<two>.type',
    'e.<two>.u',
  ]);
});

describe('examples', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'vigil-examples-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const examples = ['README.md', 'docs/configuration.md'].flatMap((file) =>
    codeBlocks(readDocument(file), 'ts')
      .filter((source) => source.includes('export default'))
      .map((source, index) => ({ name: `${file} ${index + 1}`, source })),
  );

  test.each(examples)('$name is a valid configuration', async ({ name, source }) => {
    const file = path.join(folder, `${name.replaceAll(/\W+/g, '-')}.mjs`);
    writeFileSync(file, source);
    const several = await loadDeployments(folder, file);
    if (several) expect(several.deployments.flatMap(({ fault }) => fault ?? [])).toEqual([]);
    else await expect(loadConfig(folder, file)).resolves.toMatchObject({ file });
  });

  test('the message shown for a mistake is the message that comes', () => {
    const mistaken = {
      target: { orchestration: 'localhost:8000' },
      interval: '5 min',
      thresholds: { latency: {} },
    };
    let said = '';
    try {
      validateConfig(mistaken, 'staging.config.ts');
    } catch (thrown) {
      said = (thrown as { describe(): string }).describe();
    }
    expect(codeBlocks(text, 'text')).toContain(`${said}\n`);
  });
});
