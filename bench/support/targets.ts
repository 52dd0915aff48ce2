/** A figure that a bench must reach, and where its section says it. */
export interface Target {
  bench: string;
  what: string;
  /** The limit as a person reads it. */
  target: string;
  /** What the bench writes beside the figure; a bench that writes something else is noticed by a test. */
  says: string;
  /** The figure in the section's text, as one or more numbers or a word; nothing when it isn't there. */
  find(section: string): string | undefined;
  isMet(figure: string): boolean;
}

const firstOf =
  (...patterns: RegExp[]) =>
  (section: string) =>
    patterns.map((pattern) => pattern.exec(section)?.[1]).find((figure) => figure !== undefined);
const atMost = (limit: number) => (figure: string) => Number(figure) <= limit;
const below = (limit: number) => (figure: string) => Number(figure) < limit;

/** Row `name` of a table of wall and CPU: its wall, or the ratio of it to the first row. */
const wallOf = (name: string) => firstOf(new RegExp(`^\\| ${name}[^|]*\\| ([\\d.]+) ms`, 'm'));
const ratioOf = (name: string) => firstOf(new RegExp(`^\\| ${name}[^|]*\\| [\\d.]+ ms \\| ([\\d.]+)`, 'm'));

/** Row `name`: the ratio of its CPU to the first row's. */
const cpuRatioOf = (name: string) =>
  firstOf(new RegExp(`^\\| ${name}[^|]*\\| [\\d.]+ ms \\| [\\d.]+ \\| [\\d.]+ ms \\| ([\\d.]+)`, 'm'));

/** The fastest other parser's time by ours. */
function parserRatio(section: string): string | undefined {
  const [plain, other] = [ratioOf('fast-xml-parser')(section), ratioOf('junit2json')(section)];
  return plain && other && String(Math.min(Number(plain), Number(other)));
}

/** Whether the waiting process takes less than mocha in the same run, with both ratios. */
function standbyBesideMocha(section: string): string | undefined {
  const [ours, mocha] = [ratioOf('Vigil with `suite.standby`')(section), ratioOf('mocha')(section)];
  return ours && mocha && `${Number(ours) < Number(mocha) ? 'less' : 'no less'} (${ours} and ${mocha})`;
}

/** What is asked of every bench; the only place where these limits stand. */
export const targets: readonly Target[] = [
  {
    bench: 'cycle',
    what: 'a cycle with a child of its own, by bare `npx vitest run`',
    says: 'Vigil, a child per cycle',
    target: '≤ 0.40',
    find: ratioOf('Vigil, a child per cycle'),
    isMet: atMost(0.4),
  },
  {
    bench: 'cycle',
    what: 'the same in processor time',
    says: 'Vigil, a child per cycle',
    target: '≤ 0.40',
    find: cpuRatioOf('Vigil, a child per cycle'),
    isMet: atMost(0.4),
  },
  {
    bench: 'cycle',
    what: 'a cycle with `suite.standby`, by bare `npx vitest run`',
    says: 'Vigil with `suite.standby`',
    target: '≤ 0.15',
    find: ratioOf('Vigil with `suite.standby`'),
    isMet: atMost(0.15),
  },
  {
    bench: 'cycle',
    what: 'a cycle with `suite.standby` beside mocha’s bare run, both by bare `npx vitest run`',
    says: 'mocha',
    target: 'less than mocha',
    find: standbyBesideMocha,
    isMet: (figure) => figure.startsWith('less'),
  },
  {
    bench: 'cycle',
    what: 'a cycle after its suite: history, rules, files; ms',
    says: 'everything else: ',
    target: '≤ 40',
    find: firstOf(/everything else: ([\d.]+) ms/),
    isMet: atMost(40),
  },
  {
    bench: 'junit',
    what: 'JUnit of 10,000 cases: the fastest other parser by Vigil',
    says: 'junit2json',
    target: '≥ 1 (at least as fast)',
    find: parserRatio,
    isMet: (figure) => Number(figure) >= 1,
  },
  {
    bench: 'served',
    what: '`/metrics` while a cycle runs, P99; ms',
    says: 'P99 ',
    target: '< 10',
    find: firstOf(/P99 ([\d.]+) ms/),
    isMet: below(10),
  },
  {
    bench: 'history',
    what: 'the gate’s verdict over 48 h; ms',
    says: 'The verdict, warm: ',
    target: '< 50',
    find: firstOf(/The verdict, warm: ([\d.]+) ms/),
    isMet: below(50),
  },
  {
    bench: 'history',
    what: 'the report over 48 h; ms',
    says: 'report: ',
    target: '< 5,000',
    find: wallOf('report:'),
    isMet: below(5000),
  },
  {
    bench: 'history',
    what: 'the history of 48 h at a cycle every 10 s; MB',
    says: 'scrapes: ',
    target: '< 100',
    find: firstOf(/scrapes: ([\d.]+) MB/),
    isMet: below(100),
  },
  {
    bench: 'page',
    what: 'the page’s first data on that history; ms',
    says: '(medians of',
    target: '< 300',
    find: firstOf(/first data ([\d.]+) ms \(medians/),
    isMet: below(300),
  },
  {
    bench: 'footprint',
    what: 'the idle loop, resident; MB',
    says: 'resident',
    target: '≤ 130',
    find: firstOf(/^\| the loop as it is installed[^|]*\| ([\d.]+) MB/m, /([\d.]+) MB resident/),
    isMet: atMost(130),
  },
  {
    bench: 'footprint',
    what: 'the idle loop, of one core; %',
    says: 'of a core',
    target: '≤ 0.3',
    find: firstOf(/^\| the loop as it is installed.*\| ([\d.]+) % \|$/m, /([\d.]+) % of a core/),
    isMet: atMost(0.3),
  },
  {
    bench: 'growth',
    what: 'the cost of a cycle over 2,000 cycles, but for the look whether the database is sound',
    says: 'Cost over ',
    target: 'flat',
    find: firstOf(/Cost over 2,000 cycles, without the look: (\w+)/),
    isMet: (figure) => figure === 'flat',
  },
];
