import type { Program } from '../support/programs.ts';

/** A project of somebody else, from empty folder to a suite that is green while its service is. */
export interface Project {
  name: string;
  /** Its files, when the service is at `url`. */
  files(url: string): Record<string, string>;
  /** The check that must turn red with the service. */
  check: string;
  /** The program that runs it, unless it is Node. */
  program?: Program;
}

const config = (value: object) => ({ 'vigil.config.json': JSON.stringify(value) });

export const projects: readonly Project[] = [
  {
    name: 'a Vitest suite of its own',
    check: 'the shop answers',
    files: (url) => ({
      ...config({ target: { url }, suite: { root: 'checks' } }),
      'checks/vitest.config.js':
        "import { healthTests } from 'vitest-vigil/config';\nexport default healthTests();\n",
      'checks/shop.check.ts': `
        import { expect } from 'vitest';
        import { check, test } from 'vitest-vigil/vitest';
        check('the shop answers', { id: 'the shop answers', objective: '< 5 s' }, async ({ target, measure }) => {
          const answer = await target.get('/');
          measure.none('errors', answer.status === 200 ? [] : [\`status \${answer.status}\`]);
          measure(answer.durationMs / 1000);
        });
        test('plain', () => { expect(1).toBe(1); });`,
    }),
  },
  {
    name: 'a pytest suite',
    program: 'pytest-3',
    check: 'pytest › test_shop › test_answers',
    files: (url) => ({
      ...config({
        target: { url },
        suite: {
          command: ['pytest-3', '-q', '-p', 'no:cacheprovider', '--junitxml={junit}'],
          root: '.',
        },
      }),
      'test_shop.py': `import urllib.request\n\ndef test_answers():\n    assert urllib.request.urlopen("${url}/").status == 200\n`,
    }),
  },
  {
    name: 'probes and no code',
    check: 'front-page',
    files: (url) =>
      config({
        target: { url },
        probes: [
          { type: 'http', id: 'front-page', url: '/', samples: 5, p95: '< 5 s' },
          { type: 'tcp', host: '127.0.0.1', port: Number(new URL(url).port) },
        ],
      }),
  },
];

export interface Step {
  args: readonly string[];
  /** Its exit code while the service is well, and while it isn't. */
  well: number;
  ill: number;
}

/** What each project goes through. */
export const steps: readonly Step[] = [{ args: ['monitor', '--json'], well: 0, ill: 1 }];

/** What goes by the outcomes and the history, which are the same whatever the suite is: one project goes through it. */
export const furtherSteps: readonly Step[] = [
  // One cycle, however slow the machine is.
  { args: ['monitor', '--loop', '--interval', '1m', '--duration', '2s', '--port', '0'], well: 0, ill: 1 },
  { args: ['gate', '--deployed', 'v1'], well: 0, ill: 0 },
  // Too soon, whatever else.
  { args: ['gate', '--to', '25', '--json'], well: 1, ill: 1 },
  // Seconds prove nothing of 48 hours, but a failure is one.
  { args: ['report', '--json'], well: 2, ill: 1 },
];
