import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { vigilHere } from '../support/vigil-here.ts';
import { type Kind, normalised, place, recorded, transcript } from './place.ts';

/** A minute after the last sample. */
const afterMs = Date.parse('2026-01-05T09:58:00Z');

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
  // What the work itself takes is nothing, too.
  vi.useFakeTimers({ now: afterMs, toFake: ['Date'] });
  vi.spyOn(performance, 'now').mockReturnValue(1000);
});

/** Commands that follow one another in one folder; what they say is recorded together, what they write beside it. */
interface Story {
  name: string;
  commands: string[][];
  files?: string[];
}

const by = ['--by', 'ci'];
const stories: Story[] = [
  { name: 'gate-taken', commands: [['gate', '--to', '10', ...by, '--json']] },
  { name: 'gate-next', commands: [['gate', '--to', '100', ...by, '--json']] },
  {
    name: 'gate-text',
    commands: [['gate', '--to', '100', '--dry-run', ...by, '--junit', 'gate.xml']],
    files: ['gate.xml'],
  },
  {
    name: 'gate-override',
    commands: [
      ['gate', '--to', '100', '--override', '--reason', 'the form is being renewed', ...by, '--json'],
      ['gate', '--to', '100', ...by],
    ],
  },
  {
    name: 'gate-deployed',
    commands: [
      ['gate', '--deployed', 'v4', ...by, '--note', 'the form is new', '--json'],
      ['gate', '--to', '10', ...by],
    ],
  },
  {
    name: 'report',
    commands: [['report', '--format', 'md,html,json']],
    files: ['48hour_report.md', '48hour_report.html', '48hour_report.json'],
  },
  {
    name: 'report-of-an-hour',
    commands: [['report', '--since', '1h', '--format', 'md']],
    files: ['48hour_report.md'],
  },
  { name: 'replay', commands: [['replay', '--json']] },
  { name: 'replay-text', commands: [['replay', '--since', '2h']] },
  { name: 'alerts', commands: [['alerts', '--json'], ['alerts']] },
  {
    name: 'alerts-taken',
    commands: [
      [
        'alerts',
        '--maintenance',
        '30m',
        '--reason',
        'the disk is swapped',
        '--by',
        'maya',
        '--match',
        'severity=info',
      ],
      ['alerts', '--json'],
    ],
  },
];

const cases = (['sqlite', 'json'] as const).flatMap((kind) =>
  stories.map(({ name, commands, files = [] }) => ({ kind, name, commands, files })),
);

const expected = (kind: Kind, name: string) => path.join(recorded, 'expected', kind, name);

test.each(cases)('$kind: $name says and writes what it did', async ({ kind, name, commands, files }) => {
  const folder = place(kind);
  const said: string[] = [];
  for (const args of commands) said.push(transcript(args, await vigilHere(args, folder), folder));
  await expect.soft(said.join('\n')).toMatchFileSnapshot(expected(kind, `${name}.txt`));
  for (const file of files) {
    const found = [file, path.join('reports', file)].map((one) => path.join(folder, one)).find(existsSync);
    const text = found ? normalised(readFileSync(found, 'utf8'), folder) : 'nothing was written\n';
    // A page is kept as text: what was recorded is nobody's source.
    const kept = file.replace(/\.html$/, '.html.txt');
    await expect.soft(text).toMatchFileSnapshot(expected(kind, `${name}.${kept}`));
  }
});
