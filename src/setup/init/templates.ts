/** What `vigil init` knows of the repository it writes into. */
export interface InitChoice {
  url: string;
  /** Whether Node takes its `.ts` files for modules as they are. */
  isModule: boolean;
  /** Whether the step for GitHub's CI is wanted. */
  ci: boolean;
}

export interface InitFile {
  /** Relative to the repository. */
  path: string;
  text: string;
  /** Files of which one is enough; any of them there means that this one isn't written. */
  insteadOf?: RegExp;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');

const config = (url: string): string =>
  lines(
    "import { defineConfig } from 'vigil/config';",
    '',
    '// Every key: node_modules/vigil/docs/configuration.md',
    'export default defineConfig({',
    `  target: { url: ${quoted(url)} },`,
    "  suite: { root: 'health-tests', catalogue: 'health-tests/checks.json' },",
    '});',
  );

const vitestConfig = lines(
  "import { healthTests } from 'vigil/config';",
  "import { defineConfig } from 'vitest/config';",
  '',
  '// Only *.check.ts, which no other Vitest configuration takes for a unit test.',
  'export default defineConfig(healthTests());',
);

const firstCheck = `import { check } from 'vigil/vitest';

check(
  'the service answers',
  {
    id: 'W01',
    severity: 'critical',
    objective: '< 1 s',
    next: 'is the service running, and is this its address?',
  },
  async ({ target, measure }) => {
    const answer = await target.get('/');
    const faults = answer.status < 400 ? [] : [\`GET / answered \${answer.status}\`];
    measure.none('answers that are errors', faults);
    measure(answer.durationMs / 1000, { name: 'latency' });
  },
);
`;

const catalogue = `${JSON.stringify(
  {
    version: 1,
    checks: [
      {
        id: 'W01',
        title: 'the service answers',
        group: 'service.check.ts',
        severity: 'critical',
        priority: 'P1',
        next: 'is the service running, and is this its address?',
      },
    ],
  },
  null,
  2,
)}\n`;

const workflow = `name: Vigil
on:
  workflow_dispatch:
  deployment_status:

jobs:
  health:
    if: github.event_name != 'deployment_status' || github.event.deployment_status.state == 'success'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm ci
      # Exit codes: 0 pass, 1 fail, 2 inconclusive, which is no pass either.
      - run: npx vigil monitor
        env:
          # Empty means the address in the configuration.
          VIGIL_TARGET_URL: \${{ vars.VIGIL_TARGET_URL }}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: vigil-reports
          path: reports
`;

/** The files that make a repository watch its own service, in the order in which one reads them. */
export function initFiles({ url, isModule, ci }: InitChoice): InitFile[] {
  const ending = isModule ? 'ts' : 'mts';
  return [
    { path: `vigil.config.${ending}`, text: config(url), insteadOf: /^vigil\.config\.\w+$/ },
    { path: `health-tests/vitest.config.${ending}`, text: vitestConfig, insteadOf: /^vitest\.config\.\w+$/ },
    { path: 'health-tests/service.check.ts', text: firstCheck, insteadOf: /\.check\.[cm]?[jt]s$/ },
    { path: 'health-tests/checks.json', text: catalogue, insteadOf: /\.check\.[cm]?[jt]s$|^checks\.json$/ },
    ...(ci ? [{ path: '.github/workflows/vigil.yml', text: workflow }] : []),
  ];
}
