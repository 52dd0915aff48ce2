import { soonJudged } from '../scripts/crowded.ts';
import type { Differences, Ran } from './command-world.ts';
import { documents } from './markdown.ts';

/** What a block may say in its first line, `# needs Docker`, and what it must then use: nothing else is left out. */
export const needed: Record<string, RegExp> = {
  Docker: /\bdocker\b/,
  Kubernetes: /\bkubectl\b/,
  systemd: /\bsystemctl\b/,
  Grafana: /:3000\b/,
  'the npm registry': /\bnpm (install|pack)\b/,
};

/** How commands differ here from what a person types. */
export const differences: Differences = {
  substitutions: [
    { from: 'npm ci && ', to: '', why: 'the packages are there, and there is no network here' },
    { from: 'npm ci', to: 'true', why: 'the same' },
    { from: 'npm run test:all', to: 'true', why: 'this is one of the tests' },
    { from: 'npm test', to: 'true', why: 'the same' },
    { from: '-- demo', to: '-- demo --help', why: 'tests/scripts/demo.test.ts runs it to its end' },
    {
      from: '--warmup 1100',
      to: '--warmup 220',
      why: 'what is shown with it is a slow answer, not a ratio of errors',
    },
    { from: '--duration 48h', to: '--duration 1s', why: 'one cycle instead of 576' },
    { from: '--duration 72h', to: '--duration 1s', why: 'the same' },
    { from: '--wait 30m', to: '--wait 5s', why: 'nothing opens it here' },
  ],
  variables: [
    {
      name: 'VIGIL_THRESHOLDS',
      value: JSON.stringify(soonJudged),
      why: 'the embedded target is ready after a fifth of the operations; tests/scripts/monitor.test.ts has the default',
    },
  ],
  stays: [
    { command: /^npm run stack/, says: /The stack is running/ },
    { command: /^npm start/, says: /Serving http/ },
    { command: /vigil -- target/, says: /export default/ },
    { command: /^prometheus --config/, says: /Server is ready/ },
    { command: /notify-by-command/, says: /listening on/ },
  ],
};

/** Exit codes other than 0 that are an answer, and what is then said. */
const answers = [
  { command: /vigil(\.js| --) (monitor|gate|report)\b|npm run monitor|vitest run/, codes: [1, 2], says: /./ },
  { command: /monitor --loop .* --then/, codes: [64], says: /another vigil monitor watches here: process/ },
  // The reference target goes on as the release that it was started as.
  { command: /rollback --execute/, codes: [2], says: /NOT PROVEN/ },
  { command: /rollback --resume/, codes: [64], says: /there is no rollback to resume/ },
  { command: /rollback --abort/, codes: [64], says: /no rollback is under way/ },
];

/** The commands that did not do what the document says, with what they said. */
export function faultsOf(ran: readonly Ran[]): string[] {
  const isAnswer = ({ text, code, output }: Ran) =>
    code === 0 ||
    answers.some(
      ({ command, codes, says }) => command.test(text) && codes.includes(code) && says.test(output),
    );
  return ran
    .filter((one) => !isAnswer(one))
    .map(
      ({ file, line, text, code, output }) =>
        `${file}:${line} ${text}\nexit code ${code}\n${output.slice(-1500)}`,
    );
}

/** Everything that a person may follow. */
export const guides: readonly string[] = [...documents, 'examples/README.md', 'reports/README.md'];

/** Their commands begin with nothing but the repository; those of the others find a stack that runs. */
export const fromNothing: readonly string[] = ['README.md', 'CONTRIBUTING.md', 'docs/configuration.md'];
