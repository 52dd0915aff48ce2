import { XMLParser } from 'fast-xml-parser';
import { parse as parseByJunit2json } from 'junit2json';
import { parseJUnit } from '../src/junit/index.ts';
import { ratioTable, sideBySide, taken } from './support/rounds.ts';

const cases = 10_000;
const suites = 100;

/** A report as Vitest writes it: every tenth case failed, every twentieth with properties. */
function report(): string {
  const perSuite = cases / suites;
  const oneCase = (suite: number, number: number) => {
    const name = `check ${suite}-${number} answers within its objective`;
    const open = `<testcase classname="suite-${suite}.test.ts" name="${name}" time="0.${number + 100}">`;
    if (number % 10 === 0)
      return `${open}<failure message="median 317 ms (must be &lt; 200 ms)" type="AssertionError">AssertionError: median 317 ms\n at suite-${suite}.test.ts:${number}:7</failure></testcase>`;
    if (number % 20 === 1)
      return `${open}<properties><property name="vigil" value="median 17 ms (must be &lt; 200 ms)"/></properties></testcase>`;
    return `${open}</testcase>`;
  };
  const oneSuite = (_: unknown, suite: number) =>
    `<testsuite name="suite-${suite}.test.ts" tests="${perSuite}" failures="${perSuite / 10}" errors="0" skipped="0" time="1.5">${Array.from({ length: perSuite }, (_case, number) => oneCase(suite, number)).join('\n')}</testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8" ?>\n<testsuites name="vitest tests" tests="${cases}" failures="${cases / 10}" errors="0" time="150">\n${Array.from({ length: suites }, oneSuite).join('\n')}\n</testsuites>\n`;
}

const xml = Buffer.from(report());
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
const found = parseJUnit(xml).cases.length;
if (found !== cases) throw new Error(`${found} cases were read, not ${cases}`);

const rows = await sideBySide(
  {
    'Vigil (parsed, judged, cross-checked)': () => taken(() => parseJUnit(xml)),
    'fast-xml-parser (objects only)': () => taken(() => parser.parse(xml)),
    junit2json: () => taken(() => parseByJunit2json(xml.toString('utf8'))),
  },
  15,
);
process.stdout.write(
  `JUnit of ${cases} cases, ${(xml.length / 1e6).toFixed(1)} MB, 15 rounds\n\n${ratioTable(rows)}\n`,
);
