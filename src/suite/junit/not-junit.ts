import { VigilError } from '../../core/index.ts';

/** A format that is not JUnit, in words, and what makes JUnit of it. */
export interface OtherFormat {
  what: string;
  instead: string;
}

const roots: Readonly<Record<string, OtherFormat>> = {
  TestRun: {
    what: 'a Visual Studio test result (TestRun)',
    instead: 'dotnet test --logger junit (JunitXml.TestLogger), or trx2junit',
  },
  'test-run': {
    what: 'an NUnit 3 result (test-run)',
    instead: 'nunit3-console --result="r.xml;transform=nunit3-junit.xslt"',
  },
  'test-results': { what: 'an NUnit 2 result (test-results)', instead: 'nunit2-junit.xslt' },
  assemblies: {
    what: 'an xUnit.net result (assemblies)',
    instead: 'the -junit option of its console runner, or xunit-to-junit',
  },
  assembly: {
    what: 'an xUnit.net result (assembly)',
    instead: 'the -junit option of its console runner, or xunit-to-junit',
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

function formatOfJson(text: string): OtherFormat {
  if (/"results"\s*:\s*\{/.test(text) && /"tool"\s*:/.test(text))
    return { what: 'a CTRF report (JSON)', instead: 'the runner’s JUnit reporter, or ctrf-to-junit' };
  if (/"elements"\s*:/.test(text) && /"keyword"\s*:/.test(text))
    return {
      what: 'a Cucumber report (JSON)',
      instead: 'cucumber --format junit:results.xml, or cucumber-junit',
    };
  return { what: 'JSON', instead: 'the runner’s JUnit reporter' };
}

/** What a text is that is no XML; `undefined` for one that nobody here knows. */
export function formatOfText(text: string): OtherFormat | undefined {
  if (/^\s*[[{]/.test(text)) return formatOfJson(text.slice(0, 100_000));
  if (/^(?:TAP version \d+|1\.\.\d+|(?:not )?ok \d+\b)/m.test(text.slice(0, 10_000)))
    return { what: 'TAP', instead: 'tap-junit, or prove --formatter TAP::Formatter::JUnit' };
  return undefined;
}
