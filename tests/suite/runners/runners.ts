import type { Program } from '../../support/programs.ts';

/** A runner whose suites Vigil watches, and how docs/suites.md says that it is configured. */
export interface Runner {
  name: string;
  version: string;
  /** As in a configuration; without a command Vigil starts the Vitest that is installed beside the suite. */
  suite: { command?: readonly string[]; junit?: string; env?: Record<string, string> };
  /** Its small suite, in `suites/`. */
  folder: string;
  /** The check that asks the service. */
  asks: string;
  /** What it says of a break, where that is not all that the suite said. */
  says?: string;
  /** The checks that go: one of a file that stays, that of a whole file, that of a project where the runner has any. */
  goes: readonly string[];
  /** What the tests need to run it, besides what `npm ci` installs. */
  needs?: readonly Program[];
  /** What stands here for the program of the command. */
  program?: string;
  /** The package that `vitest` means beside the suite. */
  vitest?: string;
  /** Set where only `npm run test:runners` starts it, and the tests read what it recorded. */
  recorded?: {
    debian?: readonly string[];
    npm?: readonly string[];
    /** Prints the version of one that can't be installed so; it is left out where that is another. */
    found?: string;
  };
  /** What builds it each time its source has changed. */
  build?: readonly string[];
}

const cxx = (...more: string[]) => ['sh', '-c', `g++ -o shop_test *.cc ${more.join(' ')}`];

export const runners: readonly Runner[] = [
  {
    name: 'Vitest',
    version: '5.1',
    suite: {},
    folder: 'vitest',
    asks: 'desktop › checkout.suite.mjs › checkout > answers',
    goes: [
      'desktop › checkout.suite.mjs › checkout > greets',
      'desktop › goes.suite.mjs › finds',
      'mobile › checkout.suite.mjs › checkout > answers',
      'mobile › checkout.suite.mjs › checkout > greets',
    ],
  },
  {
    name: 'Vitest',
    version: '4.1',
    suite: {},
    folder: 'vitest',
    vitest: 'vitest-4',
    asks: 'desktop › checkout.suite.mjs › checkout > answers',
    goes: [
      'desktop › checkout.suite.mjs › checkout > greets',
      'desktop › goes.suite.mjs › finds',
      'mobile › checkout.suite.mjs › checkout > answers',
      'mobile › checkout.suite.mjs › checkout > greets',
    ],
  },
  {
    name: 'pytest',
    version: '7.2',
    suite: { command: ['pytest', '-q', '--junitxml={junit}'] },
    folder: 'pytest',
    program: 'pytest-3',
    needs: ['pytest-3'],
    asks: 'pytest › test_checkout › test_answers',
    goes: ['pytest › test_checkout › test_greets', 'pytest › test_goes › test_finds'],
  },
  {
    name: 'pytest',
    version: '9.0',
    suite: { command: ['pytest', '-q', '--junitxml={junit}'] },
    folder: 'pytest',
    recorded: { found: 'pytest --version' },
    asks: 'pytest › test_checkout › test_answers',
    goes: ['pytest › test_checkout › test_greets', 'pytest › test_goes › test_finds'],
  },
  {
    name: 'node:test',
    version: '24',
    suite: { command: ['node', '--test', '--test-reporter=junit'], junit: '-' },
    folder: 'node-test',
    asks: 'checkout.test.mjs › checkout › answers',
    goes: ['checkout.test.mjs › checkout › greets', 'goes.test.mjs › test › finds'],
  },
  {
    name: 'mocha',
    version: '12',
    suite: { command: ['npx', 'mocha', '--reporter', 'xunit', '--reporter-option', 'output={junit}'] },
    folder: 'mocha',
    asks: 'test/checkout.mjs › Mocha Tests › checkout › answers',
    goes: [
      'test/checkout.mjs › Mocha Tests › checkout › greets',
      'test/goes.mjs › Mocha Tests › search › finds',
    ],
  },
  {
    name: 'Jest with jest-junit',
    version: '30',
    suite: {
      command: ['npx', 'jest', '--reporters=jest-junit'],
      junit: 'junit.xml',
      env: { JEST_JUNIT_SUITE_NAME: '{displayName} {filepath}' },
    },
    folder: 'jest',
    recorded: { npm: ['jest@30', 'jest-junit@17'] },
    asks: 'desktop checkout.test.js › checkout answers',
    goes: [
      'desktop checkout.test.js › checkout greets',
      'desktop goes.test.js › finds',
      'mobile checkout.test.js › checkout answers',
      'mobile checkout.test.js › checkout greets',
    ],
  },
  {
    name: 'Playwright',
    version: '1.65',
    suite: { command: ['npx', 'playwright', 'test', '--reporter=json'], junit: '-' },
    folder: 'playwright',
    asks: 'desktop › checkout.spec.mjs › checkout › answers',
    goes: [
      'desktop › checkout.spec.mjs › checkout › greets',
      'desktop › goes.spec.mjs › finds',
      'mobile › checkout.spec.mjs › checkout › answers',
      'mobile › checkout.spec.mjs › checkout › greets',
    ],
  },
  {
    name: 'bats',
    version: '1.8',
    suite: { command: ['bats', '--formatter', 'junit', '.'], junit: '-' },
    folder: 'bats',
    needs: ['bats'],
    asks: 'checkout.bats › answers',
    goes: ['checkout.bats › greets', 'goes.bats › finds'],
  },
  {
    name: 'prove with TAP::Formatter::JUnit',
    version: '3.44',
    suite: { command: ['prove', '--merge', '--formatter', 'TAP::Formatter::JUnit'], junit: '-' },
    folder: 'prove',
    needs: ['TAP::Formatter::JUnit'],
    asks: 'checkout_t › answers',
    goes: ['checkout_t › greets', 'goes_t › finds'],
  },
  {
    name: 'ctest',
    version: '3.25',
    suite: { command: ['ctest', '--test-dir', 'build', '--output-junit', '{junit}'] },
    folder: 'ctest',
    needs: ['ctest'],
    asks: 'answers',
    goes: ['greets', 'finds'],
  },
  {
    name: 'gotestsum',
    version: '1.8',
    suite: { command: ['gotestsum', '--junitfile', '{junit}', './...'] },
    folder: 'gotestsum',
    recorded: { debian: ['gotestsum', 'golang-go'] },
    asks: 'shop › TestAnswers',
    goes: ['shop › TestGreets', 'shop/goes › TestFinds'],
  },
  {
    name: 'googletest',
    version: '1.12',
    suite: { command: ['./shop_test', '--gtest_output=xml:{junit}'] },
    folder: 'googletest',
    recorded: { debian: ['g++', 'libgtest-dev'] },
    build: cxx('-lgtest_main', '-lgtest', '-pthread'),
    asks: 'checkout.cc › Checkout › Answers',
    goes: ['checkout.cc › Checkout › Greets', 'goes.cc › Search › Finds'],
  },
  {
    name: 'Catch2',
    version: '2.13',
    suite: { command: ['./shop_test', '--reporter', 'junit', '--out', '{junit}'] },
    folder: 'catch2',
    recorded: { debian: ['g++', 'catch2'] },
    build: cxx(),
    asks: 'shop_test › shop_test.global › answers',
    says: 'service() == "up"',
    goes: ['shop_test › shop_test.global › greets', 'shop_test › shop_test.global › finds'],
  },
  {
    name: 'PHPUnit',
    version: '9.6',
    suite: { command: ['phpunit', '--log-junit', '{junit}', 'tests'] },
    folder: 'phpunit',
    recorded: { debian: ['phpunit'] },
    asks: 'tests/CheckoutTest.php › tests › CheckoutTest › testAnswers',
    goes: [
      'tests/CheckoutTest.php › tests › CheckoutTest › testGreets',
      'tests/GoesTest.php › tests › GoesTest › testFinds',
    ],
  },
  {
    name: 'RSpec with rspec_junit_formatter',
    version: '3.12',
    suite: { command: ['rspec', '--format', 'RspecJunitFormatter', '--out', '{junit}'] },
    folder: 'rspec',
    recorded: { debian: ['ruby-rspec', 'ruby-rspec-junit-formatter'] },
    asks: 'spec/checkout_spec.rb › rspec › spec.checkout_spec › checkout answers',
    goes: [
      'spec/checkout_spec.rb › rspec › spec.checkout_spec › checkout greets',
      'spec/goes_spec.rb › rspec › spec.goes_spec › search finds',
    ],
  },
];

/** How the table of docs/suites.md shows what belongs into `suite`. */
export function shownSuite({ suite: { command, junit, env } }: Runner): string {
  if (!command) return '`root` alone';
  const list = command.map((part) => `'${part}'`).join(', ');
  const more = [
    junit === undefined ? [] : [`\`junit: '${junit}'\``],
    Object.entries(env ?? {}).map(([name, value]) => `\`env: { ${name}: '${value}' }\``),
  ].flat();
  return `\`[${list}]\`${more.length > 0 ? `, with ${more.join(' and ')}` : ''}`;
}
