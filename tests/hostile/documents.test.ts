import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/core/config/load.ts';
import { validatePolicy } from '../../src/core/config/policy.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { VigilError } from '../../src/core/errors.ts';
import { readChecks } from '../../src/monitor/cycle/known-checks-file.ts';
import { standingOf } from '../../src/release/gate/plan.ts';
import { readFlag, restoreFlag, setFlag } from '../../src/release/rollback/flag-file.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'vigil-documents-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** What comes of it, or the error that it was refused with; any other error fails the test. */
function refusedOr<T>(attempt: () => T): T | VigilError {
  try {
    return attempt();
  } catch (thrown) {
    if (thrown instanceof VigilError && thrown.code === 'CONFIG_INVALID') return thrown;
    throw thrown;
  }
}

const sound = {
  name: 'Genesis',
  target: { orchestration: 'https://a.example', planner: 'https://b.example' },
  interval: '5m',
  timeout: '2m',
  rollout: {
    plan: [
      { percent: 25, after: '15m' },
      { percent: 100, after: '48h' },
    ],
  },
  thresholds: { passRate: { slo: { operator: '>=', value: 0.95 } } },
  suite: { args: ['--shard=1/3'], env: { A: 'b' } },
  notifications: { channels: [{ type: 'console' }], routes: [] },
  maintenance: [{ from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z', reason: 'works' }],
};

/** Something strange in the place of any value, at any depth. */
const changed = fc
  .tuple(
    fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 4 }),
    fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSet: true,
        maxDepth: 2,
      }),
      fc.constantFrom<unknown>(
        Number.NaN,
        Number.POSITIVE_INFINITY,
        -1,
        1e308,
        '',
        ' ',
        '\u0000',
        '-5m',
        '99999999h',
        'http://',
        'javascript:alert(1)',
        '../../..',
        () => 1,
        Symbol('x'),
      ),
    ),
  )
  .map(([steps, value]) => {
    const copy = structuredClone(sound) as Record<string, unknown>;
    let at: Record<string, unknown> = copy;
    steps.forEach((step, index) => {
      const names = Object.keys(at);
      const name = names[step % Math.max(1, names.length)] ?? 'x';
      const inner = at[name];
      if (index === steps.length - 1 || inner === null || typeof inner !== 'object') at[name] = value;
      else at = inner as Record<string, unknown>;
    });
    return copy;
  });

test('a configuration with anything in any place is read or refused, and never read as something else', () => {
  fc.assert(
    fc.property(fc.oneof(changed, fc.anything()), (input) => {
      const config = refusedOr(() => validateConfig(input, 'test'));
      if (config instanceof VigilError) return;
      for (const ms of [config.interval, config.timeout, config.sampleInterval, config.liveWindow])
        expect(ms > 0 && Number.isFinite(ms)).toBe(true);
      expect(config.timeout).toBeLessThan(config.interval);
      const { plan } = config.rollout;
      plan.forEach(({ percent, after }, index) => {
        expect(percent > (plan[index - 1]?.percent ?? 0) && percent <= 100).toBe(true);
        expect(after > (plan[index - 1]?.after ?? -1) && Number.isFinite(after)).toBe(true);
      });
      const asked =
        typeof input === 'object' && input !== null && 'target' in input && input.target !== undefined;
      expect(config.target !== undefined).toBe(asked);
    }),
    { numRuns: 1500 },
  );
});

test('a policy with anything in any place is read or refused', () => {
  fc.assert(
    fc.property(changed, fc.anything(), (input, rules) => {
      refusedOr(() => validatePolicy({ ...input, rules }, 'test', ['HighErrorRate']));
    }),
    { numRuns: 300 },
  );
});

test('a plan lets nobody skip a stage or its time, whatever was taken in whatever order', () => {
  const minute = 60_000;
  const plan = [25, 50, 100].map((percent, index) => ({ percent, afterMs: (index + 1) * 15 * minute }));
  const taken = fc.array(
    fc.record({
      percent: fc.constantFrom(25, 50, 100),
      takenMs: fc.nat({ max: 100 * minute }),
      isOverride: fc.boolean(),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(taken, (stages) => {
      const { percent, next, sinceMs } = standingOf(plan, 0, stages);
      expect(percent).toBe(Math.max(0, ...stages.map((stage) => stage.percent)));
      if (!next) return;
      expect(plan.find((stage) => stage.percent > percent)?.percent).toBe(next.percent);
      expect(next.soakEndsMs).toBeGreaterThanOrEqual(next.afterMs);
      expect(next.soakEndsMs).toBeGreaterThanOrEqual(sinceMs + next.soakMs);
    }),
  );
});

test.each([
  ['nested 50,000 deep', `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['an unknown key nested 50,000 deep', `{"x":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
  ['binary', Buffer.from([0, 255, 254, 1, 2, 3])],
  ['cut off', JSON.stringify(sound).slice(0, 120)],
  ['empty', ''],
  ['of 10 MB', `{"name":"${'x'.repeat(10_000_000)}"}`],
  ['of 20,000 keys', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
  ['null', 'null'],
  ['a list', '[1]'],
  ['with a prototype', '{"__proto__":{"target":{"orchestration":"https://evil.example"}},"constructor":1}'],
])('a configuration file that is %s is refused by name, and shortly', async (_, content) => {
  const file = path.join(folder(), 'vigil.config.json');
  writeFileSync(file, content);
  const failure = await loadConfig(path.dirname(file)).catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(VigilError);
  expect(failure).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(file) });
  expect((failure as VigilError).describe().length).toBeLessThan(20_000);
});

test('a folder in the place of the configuration is refused', async () => {
  const home = folder();
  mkdirSync(path.join(home, 'vigil.config.json'));
  await expect(loadConfig(home)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

const flags = `${JSON.stringify(
  {
    flags: {
      release: {
        state: 'ENABLED',
        variants: { on: true, off: false },
        defaultVariant: 'on',
        targeting: {
          fractional: [
            ['on', 25],
            ['off', 75],
          ],
        },
        metadata: { rolloutPercentage: 25 },
      },
      other: { state: 'ENABLED', variants: { größe: 'ä' }, defaultVariant: 'größe' },
    },
  },
  null,
  2,
)}\n`;

/** Does with a flag file what a rollback does, on bytes that are given. */
function switching(bytes: Uint8Array): { before: Buffer; after: Buffer; done: boolean } {
  const file = path.join(folder(), 'flags.json');
  writeFileSync(file, bytes);
  const before = readFileSync(file);
  const done = refusedOr(() => {
    const { definition } = readFlag(file, 'release', 'off');
    setFlag(file, 'release', 'off');
    return definition;
  });
  return { before, after: readFileSync(file), done: !(done instanceof VigilError) };
}

test('a flag file cut at any byte is refused and stays as it is', () => {
  const bytes = Buffer.from(flags);
  for (let end = 0; end < bytes.length - 2; end += 1) {
    const { before, after, done } = switching(bytes.subarray(0, end));
    expect(done).toBe(false);
    expect(after.equals(before)).toBe(true);
  }
});

test('a flag file with any bytes changed is switched or refused, and nothing else in it is touched', () => {
  const bytes = Buffer.from(flags);
  const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) copy[at] = value;
      const { before, after, done } = switching(copy);
      if (!done) {
        expect(after.equals(before)).toBe(true);
        return;
      }
      const [old, now] = [before, after].map((each) =>
        JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(each)),
      );
      expect({ ...now.flags, release: 0 }).toEqual({ ...old.flags, release: 0 });
      expect(now.flags.release).toMatchObject({ state: 'ENABLED', defaultVariant: 'off' });
      expect(now.flags.release.targeting).toBeUndefined();
    }),
    { numRuns: 400 },
  );
});

test('a flag that the language itself brings is no flag, and what was before is put back whole', () => {
  const file = path.join(folder(), 'flags.json');
  writeFileSync(file, flags);
  for (const key of ['__proto__', 'constructor', 'toString', 'nothing'])
    expect(refusedOr(() => readFlag(file, key, 'off'))).toBeInstanceOf(VigilError);
  expect(refusedOr(() => readFlag(file, 'release', 'toString'))).toBeInstanceOf(VigilError);
  const { definition } = readFlag(file, 'release', 'off');
  expect(setFlag(file, 'release', 'off')).toBe(true);
  expect(restoreFlag(file, 'release', 'off', definition)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(flags);
});

test('a list of known checks with anything in it is read or refused', () => {
  const home = folder();
  const file = path.join(home, 'known_checks.json');
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc
      .record({
        version: fc.constantFrom(1, 2, '1'),
        checks: fc.array(fc.record({ id: fc.anything(), title: fc.anything(), group: fc.string() })),
      })
      .map(
        (value) =>
          JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? `${inner}` : inner)) ?? '',
      ),
  );
  fc.assert(
    fc.property(text, (content) => {
      writeFileSync(file, content);
      const checks = refusedOr(() => readChecks(file));
      if (checks instanceof VigilError) return;
      for (const { id, title, group } of checks)
        expect([typeof id, typeof title, typeof group, id.length > 0]).toEqual([
          'string',
          'string',
          'string',
          true,
        ]);
    }),
    { numRuns: 300 },
  );
});
