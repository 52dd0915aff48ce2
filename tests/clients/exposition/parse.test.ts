import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { histogramProblems } from '../../../health-tests/support/histogram-problems.ts';
import { formatExposition } from '../../../src/clients/exposition/format.ts';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { family, increase, sumOf } from '../../../src/clients/exposition/query.ts';
import type { Family } from '../../../src/clients/exposition/types.ts';
import { VigilError } from '../../../src/core/errors.ts';
import { labelKey } from '../../../src/core/labels/label-set.ts';
import { errorOf } from '../../support/vigil-error.ts';

/** The example of the documentation, where the last time is -3982045: a real Prometheus refuses the whole scrape for it. */
const OFFICIAL = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf 3982045
`;

describe('the text format', () => {
  test('reads the example of the format’s own documentation', () => {
    const scrape = parseExposition(OFFICIAL);
    expect(scrape.families.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'http_requests_total counter',
      'msdos_file_access_time_seconds untyped',
      'metric_without_timestamp_and_labels untyped',
      'something_weird untyped',
    ]);
    expect(family(scrape, 'http_requests_total')?.help).toBe('The total number of HTTP requests.');
    expect(family(scrape, 'msdos_file_access_time_seconds')?.samples[0]).toEqual({
      name: 'msdos_file_access_time_seconds',
      labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
      value: 1458255915,
    });
    expect(sumOf(scrape, 'something_weird')).toBe(Number.POSITIVE_INFINITY);
    expect(sumOf(scrape, 'http_requests_total')).toBe(1030);
    expect(sumOf(scrape, 'http_requests_total', (labels) => labels.code === '400')).toBe(3);
  });

  test('refuses a time before the epoch, as Prometheus does', () => {
    const text = OFFICIAL.replace('3982045', '-3982045');
    expect(errorOf(() => parseExposition(text)).message).toBe(
      'line 13 of the metrics, column 50: expected a timestamp or the end of the line, got "-3982045"',
    );
  });

  test('says that an absent series is undefined, never 0', () => {
    const scrape = parseExposition(OFFICIAL);
    expect(sumOf(scrape, 'http_requests')).toBeUndefined();
    expect(sumOf(scrape, 'http_requests_total', () => false)).toBeUndefined();
    expect(sumOf(parseExposition(''), 'up')).toBeUndefined();
  });

  test('reads what prom-client writes, with its types and cumulative buckets', async () => {
    const registers = [new Registry()];
    const counter = new Counter({ name: 'c_total', help: 'a\\b\nc', labelNames: ['x'], registers });
    counter.inc({ x: 'quote " backslash \\ newline \n end' }, 2);
    const timer = new Histogram({ name: 'd_seconds', help: 'd', labelNames: ['x'], registers });
    timer.observe({ x: '1' }, 0.2);
    const scrape = parseExposition((await registers[0]?.metrics()) ?? '');
    expect(family(scrape, 'c_total')).toMatchObject({ type: 'counter', help: 'a\\b\nc' });
    expect(family(scrape, 'c_total')?.samples[0]?.labels.x).toBe('quote " backslash \\ newline \n end');
    expect(histogramProblems(scrape, 'd_seconds')).toEqual([]);
    expect(sumOf(scrape, 'd_seconds_count')).toBe(1);
  });

  test('tolerates OpenMetrics: EOF, UNIT, exemplars, its types and counters named without _total', () => {
    const scrape = parseExposition(`# TYPE ops counter
# UNIT ops operations
ops_total{a="b",} 4 1700000000.5 # {trace_id="abc"} 0.5 1700000000.1
ops_created{a="b"} 1.7e9
# TYPE build info
build_info{version="1"} 1
# TYPE odd unknown
odd 1
# TYPE t histogram
t_bucket{le="+Inf"} 2 # {trace_id="x"} 0.1
t_sum 1
t_count 2
# EOF
`);
    expect(parseExposition('a 1\n# EOF').families).toHaveLength(1);
    expect(family(scrape, 'ops_total')?.samples).toHaveLength(2);
    expect(sumOf(scrape, 'ops_total')).toBe(4);
    expect(scrape.families.map((each) => each.type)).toEqual(['counter', 'gauge', 'untyped', 'histogram']);
  });

  test('tells series apart whose label values look like more labels', () => {
    expect(sumOf(parseExposition('m{a="1,b=2"} 1\nm{a="1",b="2"} 2\n'), 'm')).toBe(3);
  });

  test('takes a label called __proto__ for a label', () => {
    const scrape = parseExposition('m{__proto__="x",constructor="y"} 1\n');
    expect(Object.entries(scrape.families[0]?.samples[0]?.labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('malformed text', () => {
  test.each([
    ['a value that is none', 'ok 1\na one\n', 'a value'],
    ['a hexadecimal value', 'a 0x10\n', 'a value'],
    ['no value', 'a\n', 'a value'],
    ['a name that begins with a digit', '1a 1\n', 'a metric name'],
    ['a name with a dash', 'a-b 1\n', 'a value'],
    ['an open label value', 'a{b="c} 1\n', 'closing "'],
    ['a label value without quotes', 'a{b=c} 1\n', 'a quoted value'],
    ['a label without value', 'a{b} 1\n', '= after the label name b'],
    ['a label with a colon', 'a{b:c="d"} 1\n', '= after the label name b'],
    ['no comma between labels', 'a{b="c" d="e"} 1\n', 'a comma or }'],
    ['two commas', 'a{b="c",,d="e"} 1\n', 'a label name'],
    ['a label twice', 'a{b="1",b="2"} 1\n', 'each label once'],
    ['an unknown type', '# TYPE a speed\n', 'a type: counter'],
    ['a type in capitals', '# TYPE a COUNTER\n', 'a type: counter'],
    ['a timestamp that is none', 'a 1 now\n', 'a timestamp'],
    ['something after the timestamp', 'a 1 2 3\n', 'the end of the line'],
    ['a carriage return', 'a 1\r\n', 'a value'],
    ['an exemplar without labels', 'a 1 # 2\n# EOF\n', '{ of an exemplar'],
    ['an empty exemplar', 'a 1 #\n# EOF\n', '{ of an exemplar'],
    ['an exemplar where there are none', 'a 1 # {x="1"} 2\n', 'a timestamp'],
    ['a fraction of a timestamp', 'a 1 1.5\n', 'a timestamp'],
    ['something after EOF', '# EOF\na 1\n# EOF\n', 'nothing after # EOF'],
    ['a type of OpenMetrics', '# TYPE a info\n', 'a type: counter'],
    ['a type with a blank behind it', '# TYPE a counter \n', 'a type: counter'],
    ['a TYPE line without a type', '# TYPE a\n', 'a type: counter'],
    ['a blank before a name', '\ta 1\n', 'no blank before'],
    ['a label __name__', 'a{__name__="b"} 1\n', 'no label __name__'],
    ['an HTML page', '<html>\n', 'a metric name'],
    ['JSON', '{"a": 1}\n', 'a comma or }'],
    ['a number out of range', `a ${'1'.repeat(400)}\n`, 'a value'],
    ['a NUL', 'a\u0000 1\n', 'a value'],
  ])('is refused: %s', (_, text, expected) => {
    const error = errorOf(() => parseExposition(text));
    expect(error.code).toBe('EXPOSITION_INVALID');
    expect(error.expected).toContain(expected);
    expect(error.where).toMatch(/^line \d+, column \d+$/);
  });

  test('is named by its line, and by what stands there', () => {
    const error = errorOf(() => parseExposition('# HELP a x\n\na 1\nb two\n'));
    expect(error.where).toBe('line 4, column 3');
    expect(error.received).toBe('"two"');
  });

  test('never makes anything but a VigilError of any text', () => {
    const piece = fc.constantFrom(
      'a',
      '{',
      '}',
      '"',
      '=',
      ',',
      '\n',
      ' ',
      '# TYPE ',
      '# HELP ',
      '1',
      '\\',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((list) => list.join('')),
        ),
        (text) => {
          try {
            parseExposition(text);
          } catch (error) {
            expect(error).toBeInstanceOf(VigilError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('cut anywhere is refused or holds only series of the whole', () => {
    const whole = parseExposition(OFFICIAL);
    const lines = OFFICIAL.split('\n');
    for (let count = 0; count < lines.length; count += 1) {
      const cut = lines.slice(0, count).join('\n');
      for (const { name, samples } of parseExposition(cut).families)
        expect(family(whole, name)?.samples.slice(0, samples.length)).toEqual(samples);
    }
  });
});

describe('limits', () => {
  test('too many bytes and too many series are refused with the limit', () => {
    expect(errorOf(() => parseExposition('a 1\n', { maxBytes: 3 })).expected).toBe('at most 3 bytes');
    expect(errorOf(() => parseExposition('a 1\nb 1\nc 1\n', { maxSeries: 2 })).expected).toBe(
      'at most 2 series',
    );
    expect(parseExposition('a 1\nb 1\n', { maxSeries: 2 }).families).toHaveLength(2);
  });

  test('what is refused for its size says how much came, by its own code', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `a{b="${index}"} 1\n`).join('');
    expect(errorOf(() => parseExposition(many))).toMatchObject({
      code: 'EXPOSITION_TOO_LARGE',
      message: 'refused: 100,000 series, limit 20,000',
    });
    const comments = ' # b 1\n\n'.repeat(30_000);
    expect(parseExposition(`${comments}a 1\n`).families).toHaveLength(1);
    const label = errorOf(() => parseExposition(`a{b="${'x'.repeat(20_000)}"} 1\n`));
    expect(label.message).toBe('refused: a label value of 20,000 characters, limit 16,384');
  });

  test('hostile megabytes take linear time', () => {
    const megabyte = 1 << 20;
    const hostile = [
      `a ${'1'.repeat(megabyte)}x\n`,
      `a{b="${'\\\\'.repeat(megabyte / 2)}`,
      `${'{'.repeat(megabyte)}\n`,
      `${' '.repeat(megabyte)}a\n`,
      `# TYPE a ${' '.repeat(megabyte)}gauge\n`,
      'a'.repeat(megabyte),
    ];
    for (const text of hostile) {
      try {
        parseExposition(text);
      } catch (error) {
        expect(error).toBeInstanceOf(VigilError);
      }
    }
  });
});

describe('writing', () => {
  const metricName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
  const labels = fc.dictionary(
    fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/).filter((name) => name !== 'le'),
    fc.string({ unit: 'binary' }),
    { maxKeys: 4 },
  );
  const families: fc.Arbitrary<Family[]> = fc
    .uniqueArray(
      fc.record({
        // A digit at the end, so that no generated name is another one's suffix.
        name: metricName.map((name) => `${name}0`),
        type: fc.constantFrom('counter', 'gauge', 'summary', 'untyped'),
        help: fc.string({ unit: 'binary' }).map((text) => text.trimStart()),
        samples: fc.uniqueArray(fc.record({ labels, value: fc.double() }), {
          maxLength: 4,
          // An empty value is no label.
          selector: (sample) => labelKey(sample.labels),
        }),
      }),
      { selector: (each) => each.name, maxLength: 6 },
    )
    .map((list) =>
      list.map((each) => ({ ...each, samples: each.samples.map((s) => ({ ...s, name: each.name })) })),
    );

  test('and reading back gives the same families, whatever help, labels and values hold', () => {
    fc.assert(
      fc.property(families, (list) => {
        const text = formatExposition(list);
        const sorted = list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
        expect(parseExposition(text).families).toEqual(sorted);
        expect(formatExposition(list.toReversed())).toBe(text);
      }),
    );
  });

  test('no help or label value can add a line', () => {
    const evil = 'x"} 1\nforged 1\n';
    const text = formatExposition([
      { name: 'm', type: 'gauge', help: evil, samples: [{ name: 'm', labels: { a: evil }, value: 1 }] },
    ]);
    expect(text.split('\n')).toHaveLength(4);
    expect(parseExposition(text).families.map((each) => each.name)).toEqual(['m']);
  });

  test('puts le last, as client libraries do, and keeps the sign of zero', () => {
    const sample = { name: 'm', labels: { path: 'p', le: '1', a: 'b' }, value: -0 };
    const text = formatExposition([{ name: 'm', type: 'untyped', help: '', samples: [sample] }]);
    expect(text).toBe('# TYPE m untyped\nm{a="b",path="p",le="1"} -0\n');
    expect(parseExposition(text).families[0]?.samples[0]?.value).toBe(-0);
  });

  test('refuses a name that the format does not allow', () => {
    const bad = (name: string, label: string) => () =>
      formatExposition([
        { name, type: 'gauge', help: '', samples: [{ name, labels: { [label]: '' }, value: 1 }] },
      ]);
    expect(errorOf(bad('a-b', 'x')).received).toBe('"a-b"');
    expect(errorOf(bad('a', 'x y')).received).toBe('"x y"');
    expect(errorOf(bad('a 1\nb', 'x')).code).toBe('EXPOSITION_INVALID');
  });
});

test('an increase counts from zero after a reset', () => {
  expect(increase(5, 8)).toBe(3);
  expect(increase(5, 5)).toBe(0);
  expect(increase(5, 2)).toBe(2);
});
