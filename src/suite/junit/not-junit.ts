import { VigilError } from '../../core/index.ts';

/** A format that is not JUnit, in words, and what makes JUnit of it. */
export interface OtherFormat {
  what: string;
  instead: string;
}

/** What makes JUnit of the results of any .NET runner under `dotnet test`. */
const dotnetLogger = 'dotnet test --logger junit (package JunitXml.TestLogger)';
const cucumber = 'cucumber-js --format junit:results.xml, or --plugin junit:results.xml of Cucumber-JVM';

const xunit = `${dotnetLogger}, or dotnet xunit-to-junit results.xml junit.xml (tool dotnet-xunit-to-junit)`;

const roots: Readonly<Record<string, OtherFormat>> = {
  TestRun: {
    what: 'a Visual Studio test result (TestRun)',
    instead: `${dotnetLogger}, or trx2junit results.trx`,
  },
  'test-run': {
    what: 'an NUnit 3 result (test-run)',
    instead: `${dotnetLogger}, or nunit3-console --result="results.xml;transform=nunit3-junit.xslt" with that file of nunit/nunit-transforms`,
  },
  'test-results': {
    what: 'an NUnit 2 result (test-results)',
    instead: 'nunit-to-junit.xsl of the NUnit plugin of Jenkins',
  },
  assemblies: {
    what: 'an xUnit.net result (assemblies)',
    instead: xunit,
  },
  assembly: {
    what: 'an xUnit.net result (assembly)',
    instead: xunit,
  },
  'testng-results': {
    what: 'a TestNG result (testng-results)',
    instead: 'the files of its JUnitReportReporter',
  },
  robot: {
    what: 'a Robot Framework output (robot)',
    instead: 'robot --xunit results.xml, or rebot --xunit results.xml output.xml',
  },
  Catch2TestRun: { what: 'Catch2’s own XML (Catch2TestRun)', instead: '--reporter junit' },
  doctest: { what: 'doctest’s own XML (doctest)', instead: '--reporters=junit' },
  Site: { what: 'a CTest dashboard file (Site)', instead: 'ctest --output-junit results.xml' },
  coverage: { what: 'a coverage report (coverage)', instead: 'the runner’s JUnit reporter' },
  html: { what: 'an HTML page (html)', instead: 'the runner’s JUnit reporter' },
};

/** The error of a report in a format that is known and not read. */
export const notJUnit = ({ what, instead }: OtherFormat): VigilError =>
  new VigilError('JUNIT_INVALID', `this is ${what}, not JUnit; JUnit comes from ${instead}`, {
    where: 'line 1, column 1',
    expected: 'JUnit XML',
    received: what,
    hint: `use ${instead}`,
  });

/** What a document is by its outermost element; `undefined` for one that nobody here knows. */
export const formatOfRoot = (name: string): OtherFormat | undefined => roots[name];

/** What a line of a JSON stream gives away, or the whole of a JSON document. */
const jsonFormats: readonly [sign: RegExp, format: OtherFormat][] = [
  [
    /"results"\s*:\s*\{[\s\S]*"tool"\s*:|"tool"\s*:[\s\S]*"results"\s*:/,
    { what: 'a CTRF report without what CTRF demands', instead: 'the runner’s JUnit reporter' },
  ],
  [
    /"elements"\s*:[\s\S]*"keyword"\s*:|"keyword"\s*:[\s\S]*"elements"\s*:/,
    {
      what: 'a Cucumber report (JSON)',
      instead: `${cucumber}, or cucumber-junit < results.json > results.xml`,
    },
  ],
  [
    /^\s*\{"(?:meta|source|gherkinDocument|pickle|testRunStarted)":\{/,
    { what: 'a stream of Cucumber messages', instead: cucumber },
  ],
  [
    /^\s*\{"Time":"[^"]*","Action":/,
    {
      what: 'the stream of go test -json',
      instead: 'gotestsum --junitfile, or go-junit-report -parser gojson',
    },
  ],
];

function formatOfJson(text: string): OtherFormat {
  const found = jsonFormats.find(([sign]) => sign.test(text));
  return found?.[1] ?? { what: 'JSON', instead: 'the runner’s JUnit reporter' };
}

/** What a text is that is no XML; `undefined` for one that nobody here knows. */
export function formatOfText(text: string): OtherFormat | undefined {
  // What a tool printed may stand in a report, line by line.
  if (/^\s*</.test(text)) return undefined;
  if (/^\s*[[{]/.test(text)) return formatOfJson(text.slice(0, 100_000));
  if (/^(?:TAP version \d+|1\.\.\d+|(?:not )?ok \d+\b)/m.test(text.slice(0, 10_000)))
    return {
      what: 'TAP',
      instead: 'tap-junit < results.tap > results.xml, or prove --formatter TAP::Formatter::JUnit',
    };
  return undefined;
}
