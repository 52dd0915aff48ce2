import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VigilError } from '../../../src/core/errors.ts';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import type { JUnitLimits, JUnitReport } from '../../../src/suite/junit/types.ts';
import { errorOf } from '../../support/vigil-error.ts';
import { CORPUS, outcomes, recorded } from './corpus.ts';

/** The report, or undefined when it was refused as it should be; anything else fails the test. */
function readOrRefused(
  input: string | Uint8Array,
  limits: Partial<JUnitLimits> = {},
): JUnitReport | undefined {
  try {
    return parseJUnit(input, limits);
  } catch (error) {
    if (!(error instanceof VigilError)) throw error;
    expect(error.code).toBe('JUNIT_INVALID');
    return undefined;
  }
}

const identity = (each: JUnitReport['cases'][number]) =>
  JSON.stringify([each.suites, each.classname, each.name]);
const isBad = (each: JUnitReport['cases'][number]) => each.outcome === 'failed' || each.outcome === 'errored';

describe('a report cut off', () => {
  test.each(CORPUS)('at any byte never turns a failure of %s into a pass', (name) => {
    const bytes = recorded(name);
    const bad = new Set(parseJUnit(bytes).cases.filter(isBad).map(identity));
    for (let end = 0; end < bytes.length; end++) {
      const cut = readOrRefused(bytes.subarray(0, end));
      if (cut === undefined) continue;
      // All that may be missing of a report that is still read is blank space after its end.
      expect(bytes.subarray(end).toString().trim()).toBe('');
      expect(cut.cases.filter((each) => !isBad(each) && bad.has(identity(each)))).toEqual([]);
    }
  });

  test('says so, with the place', () => {
    const error = errorOf(() => parseJUnit(recorded('vitest.xml').subarray(0, 700)));
    expect(error.message).toBe('The report is cut off');
    expect(error.where).toMatch(/^line 12, column \d+$/);
    expect(error.hint).toContain('killed while it wrote');
  });

  test('of 0 bytes, of blanks or of only a byte order mark is empty', () => {
    for (const input of ['', ' \n', '\ufeff', new Uint8Array(0), Buffer.from([0xef, 0xbb, 0xbf])]) {
      expect(errorOf(() => parseJUnit(input)).message).toBe('The report is empty');
    }
  });

  test('filled up with NUL bytes, as after a power cut, is refused', () => {
    const whole = recorded('vitest-green.xml');
    expect(readOrRefused(Buffer.concat([whole.subarray(0, 300), Buffer.alloc(200)]))).toBeUndefined();
    expect(readOrRefused(Buffer.concat([whole, Buffer.alloc(200)]))).toBeUndefined();
  });

  test('or doubled is refused', () => {
    const whole = recorded('vitest-green.xml');
    expect(readOrRefused(Buffer.concat([whole, whole]))).toBeUndefined();
    expect(readOrRefused(`${whole}<testsuite/>`)).toBeUndefined();
  });
});

describe('what is no JUnit report', () => {
  test.each([
    ['JSON', '{"tests": 1}', /^this is JSON, not JUnit/],
    ['TAP', 'ok 1 - passes\n', /^this is TAP, not JUnit/],
    ['words', 'all is well', /not well-formed/],
    ['HTML', '<!DOCTYPE html><html></html>', /document type/],
    ['another XML', '<?xml version="1.0"?><coverage/>', /^this is a coverage report .*, not JUnit/],
    ['XML that nobody knows', '<?xml version="1.0"?><news/>', /not JUnit XML/],
    ['another case', '<TestSuites/>', /not JUnit XML/],
    ['a bare case', '<testcase name="a"/>', /not JUnit XML/],
    ['a case in a case', '<testsuite><testcase><testcase/></testcase></testsuite>', /inside a <testcase>/],
    ['a suite in a case', '<testsuite><testcase><testsuite/></testcase></testsuite>', /inside a <testcase>/],
    ['tags that cross', '<testsuite><testcase></testsuite></testcase>', /not well-formed/],
    ['an attribute twice', '<testsuite name="a" name="b"/>', /not well-formed/],
    ['a bare ampersand', '<testsuite name="a & b;"/>', /not well-formed/],
  ])('is refused: %s', (_, input, message) => {
    const error = errorOf(() => parseJUnit(input));
    expect(error.code).toBe('JUNIT_INVALID');
    expect(error.message).toMatch(message);
    expect(error.where).toMatch(/^line \d+, column \d+$/);
    expect(error.expected).toBeTruthy();
  });
});

describe('entities', () => {
  const bomb = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i || ''};`.repeat(10)}">`).join('')}]>
<testsuite name="&lol9;"><testcase name="a"/></testsuite>`;

  test.each([
    ['a billion laughs', bomb],
    [
      'a file',
      '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&f;"/></testsuite>',
    ],
    ['a parameter', '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]><testsuite/>'],
    ['a document type alone', '<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:1/junit.dtd"><testsuite/>'],
    ['one that nobody declared', '<testsuite><testcase name="&nbsp;"/></testsuite>'],
    ['a forbidden character by number', '<testsuite><testcase name="&#0;"/></testsuite>'],
  ])('are refused: %s', (_, input) => {
    expect(readOrRefused(input)).toBeUndefined();
  });
});

describe('limits', () => {
  const many = (count: number) => `<testsuite>${'<testcase name="a"/>'.repeat(count)}</testsuite>`;

  test('of bytes, depth, cases and names are said with the number', () => {
    const deep = `<testsuites>${'<testsuite name="s">'.repeat(64)}${'</testsuite>'.repeat(64)}</testsuites>`;
    expect(errorOf(() => parseJUnit(many(3), { maxBytes: 20 })).expected).toBe('at most 20 bytes');
    expect(errorOf(() => parseJUnit(many(3), { maxCases: 2 })).expected).toBe('at most 2 cases');
    expect(errorOf(() => parseJUnit(deep, { maxCases: 2 })).expected).toBe('at most 2 suites');
    expect(errorOf(() => parseJUnit(deep)).expected).toBe('at most 64 elements inside each other');
    const long = 'n'.repeat(70_000);
    for (const tag of [
      `testsuite name="${long}"`,
      `testcase name="${long}"`,
      `testcase classname="${long}"`,
    ]) {
      expect(errorOf(() => parseJUnit(`<testsuites><${tag}/></testsuites>`)).expected).toContain('65536');
    }
  });

  test('are met exactly', () => {
    const { length } = many(3);
    expect(parseJUnit(many(3), { maxCases: 3, maxBytes: length }).suites[0]?.declared).toEqual({});
    expect(readOrRefused(many(3), { maxBytes: length - 1 })).toBeUndefined();
  });

  // Where time grows with the square of the length, this takes hours.
  test('hold time and memory on megabytes of anything', { timeout: 60_000 }, () => {
    const megabytes = 4 << 20;
    for (const input of [
      '<a>'.repeat(megabytes / 3),
      '<'.repeat(megabytes),
      '&'.repeat(megabytes),
      `<testsuite ${'a="b" '.repeat(9)}${'x'.repeat(megabytes)}`,
      `<testsuite name="s"><testcase name="c"><failure>${'x'.repeat(megabytes)}</failure></testcase></testsuite>`,
      `<testsuite><![CDATA[${']'.repeat(megabytes)}`,
      `<testsuite><testcase name="a" time="${'1,'.repeat(megabytes / 2)}"/></testsuite>`,
      `<testsuite><testcase name="${' &gt; '.repeat(8000)}"><failure/></testcase></testsuite>`,
      `<!--${'-'.repeat(megabytes)}`,
      `<!DOCTYPE ${'['.repeat(megabytes)}`,
    ]) {
      const report = readOrRefused(input);
      expect(report?.cases[0]?.failures[0]?.text.length ?? 0).toBeLessThanOrEqual(65_536);
    }
  });
});

describe('bytes', () => {
  const xml = (encoding: string) =>
    `<?xml version="1.0" encoding="${encoding}"?><testsuite><testcase name="gr\u00fcn"/></testsuite>`;

  test.each([
    ['UTF-8', Buffer.from(xml('UTF-8'))],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${xml('UTF-8')}`)],
    ['UTF-8 undeclared', Buffer.from(xml('UTF-8').replace(/<\?.*\?>/, ''))],
    ['ISO-8859-1', Buffer.from(xml('ISO-8859-1'), 'latin1')],
    ['windows-1252', Buffer.from(xml('windows-1252'), 'latin1')],
    ['UTF-16LE with a byte order mark', Buffer.from(`\ufeff${xml('UTF-16')}`, 'utf16le')],
    ['UTF-16LE', Buffer.from(xml('UTF-16'), 'utf16le')],
    ['UTF-16BE with a byte order mark', Buffer.from(`\ufeff${xml('UTF-16')}`, 'utf16le').swap16()],
  ])('are read in their encoding: %s', (_, bytes) => {
    expect(parseJUnit(bytes).cases[0]?.name).toBe('grün');
  });

  test('that are not in their encoding, or in one that nobody knows, are refused', () => {
    expect(errorOf(() => parseJUnit(Buffer.from(xml('UTF-8'), 'latin1'))).message).toContain(
      'not valid UTF-8',
    );
    expect(errorOf(() => parseJUnit(Buffer.from(xml('EBCDIC-X')))).received).toBe('EBCDIC-X');
  });

  test('at random make a report only by being one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(readOrRefused(bytes)).toBeUndefined();
      }),
    );
  });

  test('changed at random in a real report are read or refused, never thrown over', () => {
    const bytes = recorded('pytest.xml');
    const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of changes) copy[at] = value;
        readOrRefused(copy);
      }),
      { numRuns: 300 },
    );
  });

  test('with control characters in them are read, and the characters replaced and counted', () => {
    const report = parseJUnit(
      '<testsuite><testcase name="a\u0000b"><failure>\u001b[31m</failure></testcase></testsuite>',
    );
    expect(report.cases[0]).toMatchObject({ name: 'a\ufffdb', failures: [{ text: '\ufffd[31m' }] });
    expect(report.problems[0]?.message).toContain('2 characters');
    const full = `<testsuite><testcase name="a"><failure>${'\u0001'.repeat(100_001)}</failure></testcase></testsuite>`;
    expect(errorOf(() => parseJUnit(full)).message).toBe('The report is full of control characters');
  });
});

test('any names, messages and outcomes come back as they were written', () => {
  const escaped = (text: string) =>
    text.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
  const word = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/\p{Cc}/gu, ''));
  const elements = { passed: '', failed: 'failure', errored: 'error', skipped: 'skipped' } as const;
  const outcome = fc.constantFrom('passed', 'failed', 'errored', 'skipped');
  const list = fc.uniqueArray(fc.record({ name: word, message: word, outcome }), {
    selector: (each) => each.name,
  });
  fc.assert(
    fc.property(list, (cases) => {
      const xml = cases.map(({ name, message, outcome: is }) => {
        const element = elements[is] === '' ? '' : `<${elements[is]} message="${escaped(message)}"/>`;
        return `<testcase name="${escaped(name)}">${element}</testcase>`;
      });
      const report = parseJUnit(`<testsuite name="s">${xml.join('')}</testsuite>`);
      const read = report.cases.map((each) => ({
        name: each.name,
        outcome: each.outcome,
        message: each.failures[0]?.message ?? each.skip?.message,
      }));
      expect(read).toEqual(
        cases.map(({ name, message, outcome: is }) => ({
          name,
          outcome: is,
          message: is === 'passed' ? undefined : message,
        })),
      );
      expect(Object.values(outcomes(report)).reduce((sum, count) => sum + count, 0)).toBe(cases.length);
    }),
  );
});

test('ten times as many cases take about ten times as long', () => {
  const one =
    '<testcase classname="area" name="NAME" time="0.01"><failure message="m" type="T">text</failure></testcase>\n';
  const costOf = (count: number) => {
    const cases = Array.from({ length: count }, (_, index) => one.replace('NAME', `case ${index}`)).join('');
    const xml = `<testsuites><testsuite name="s">${cases}</testsuite></testsuites>`;
    // Processor time, and the best of five, because the machine may be busy. Only the sum is exact: how it is split
    // into user and system is told by ticks.
    const times = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      expect(parseJUnit(xml).cases).toHaveLength(count);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...times);
  };
  costOf(1000); // compiles what is measured
  // It would be a hundred, were each case looked for among all others.
  expect(costOf(20_000) / costOf(2000)).toBeLessThan(40);
});
