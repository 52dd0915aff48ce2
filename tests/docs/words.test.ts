import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

/** Everything of the repository that a person reads: documents, pages, and the texts of the code. */
const places = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'action.yml',
  'docs/**/*.md',
  'src/**/*.{ts,js,html}',
  'scripts/**/*.ts',
  'bin/*.js',
  'health-tests/**/*.ts',
  'fixtures/genesis/**/*.ts',
  'monitoring/**/*.{yml,yaml,json,md}',
  'examples/**/*.{ts,md,yml,yaml}',
  'fixtures/recorded/expected/**/*.txt',
  'fixtures/stack/**/*.ts',
  'src/setup/**/templates/**/*.*',
  'schemas/*.json',
  'reports/README.md',
];

/** What was said before, with what is said instead. */
const retired: [said: RegExp, instead: string][] = [
  [/makes a test suite the monitor/i, 'runs your tests against production'],
  [/decides? from the evidence/i, 'check whether a release can take more traffic'],
  [/puts every fault in/i, 'inject each fault'],
  [/other limits and times/i, 're-evaluate recorded history under other thresholds'],
  [/ends after this time/i, 'stop after this time (default: never)'],
  [/keeps what fails already/i, 'record the checks that already fail'],
  [/a marked test/i, 'a test notification'],
  [/--\w+ is no (?:port|duration|number)/i, 'invalid --port "abc": expected 0 to 65535'],
  [/there is no command ["“]/i, 'unknown command'],
  [/an override has a reason/i, '--override requires --reason'],
  [/exactly this is what would be done/i, 'dry run: nothing was changed'],
  [/time alone does not mend/i, 'waiting will not help'],
  [/ended with 0 by something else/i, 'another module exited with 0'],
  [/the store gave no evidence/i, 'Prometheus returned no data'],
  [/nothing of the watch is believed/i, 'Vigil stops trusting its own results'],
  [/a restart goes? on where it was/i, 'restarts resume where they left off'],
  [/gate[^.]{0,30} stays shut/i, 'Gate to 50 % is blocked'],
  [/fires? in [^.]{0,30} if it stays/i, 'unless it recovers'],
  [/could not judge, no check fails/i, '4 checks have too little traffic; none failed'],
  [/nothing is in the way/i, 'Ready, with 2 warnings'],
  [/nobody can roll back/i, 'no rollback is configured'],
  [/see to it first/i, 'resolve these first'],
  [/wait half a minute for company|waiting for company/i, 'others are batched for 30 s'],
  [/nothing good may be concluded/i, 'What is not proven'],
  [/what was never run/i, 'Requirements and untested integrations'],
  [
    /\b(?:body|folder|file|database|snapshot|address|limit|threshold) is no (?!longer)[a-z]/i,
    'it is not JSON',
  ],
  [/no trend\b/i, 'not a trend'],
  [/configured: nobody is told\b|alerts? may reach nobody/i, 'no notification channel is configured'],
  [/the watch stands still/i, 'the loop has stalled'],
  [/--resume goes on\b|--abort takes it back/i, '--resume continues, --abort undoes it'],
  [/\b\d+ min(?=[ .,;:)|]|$)(?! of)/, 'a duration as 5m or 4m 59s'],
  [/past it in/i, 'below target in 3 of 567 cycles'],
];

test('no text says what english readers stumble over, and each has its better words', () => {
  // What a recorded watch says was written by an earlier Vigil.
  const isRecorded = (file: string) => file.includes('48hour_report');
  const files = places.flatMap((place) => globSync(place, { cwd: root })).filter((file) => !isRecorded(file));
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((file) => {
    const text = readFileSync(`${root}${file}`, 'utf8').replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ');
    return retired.flatMap(([said, instead]) => {
      const at = said.exec(text);
      return at ? [`${file}: “${at[0]}”, write “${instead}”`] : [];
    });
  });
  expect(found).toEqual([]);
});
