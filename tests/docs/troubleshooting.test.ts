import { once } from 'node:events';
import { globSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { emptyFolder, vigil } from '../scripts/vigil.ts';
import { readDocument, root, tableRows } from './markdown.ts';

const text = readDocument('docs/troubleshooting.md');
const titles = [...text.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
const rows = titles.flatMap((title) => tableRows(text, title));
/** The messages that stand in code in the first column. */
const messages = rows.flatMap(([cell = '']) => {
  const [, message] = /^`([^`]+)`/.exec(cell) ?? [];
  return message === undefined ? [] : [message];
});

const sources = globSync(['src/**/*.ts', 'scripts/*.ts', 'bin/*.js', 'health-tests/**/*.ts'], {
  cwd: root,
}).map((file) => readDocument(file).replaceAll("\\'", "'"));

/** Whether some source has each fixed part of a message; a message may be put together from several. */
const isSaid = (message: string): boolean =>
  message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part.length > 3)
    .every((part) => sources.some((source) => source.includes(part)));

test('every row says why it comes and what to do', () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows) expect.soft(row).toHaveLength(3);
});

const taken = createServer();
await once(taken.listen(0, '127.0.0.1'), 'listening');
afterAll(() => taken.close());
const { port } = taken.address() as AddressInfo;

/** Said for real, by a command line in a folder with these files. */
const produced: [
  message: string,
  args: string[],
  files?: Record<string, string>,
  env?: Record<string, string>,
][] = [
  ['there is no configuration …', ['monitor', '--config', 'nowhere.ts']],
  ['unknown key …', ['monitor'], { 'vigil.config.json': '{ "tagret": {} }' }],
  ['the environment has …, which is not a key', ['monitor'], {}, { VIGIL_TAGRET: 'x' }],
  ['… is not read by itself', ['monitor'], { 'vigil.config.yaml': '' }],
  [
    'suite.root does not exist: …',
    ['monitor'],
    {
      'vigil.config.json': JSON.stringify({
        target: { orchestration: 'http://127.0.0.1:1' },
        suite: { root: 'nowhere' },
      }),
    },
  ],
  ['no loop has watched here yet', ['alerts']],
  ['no notification channel is configured', ['monitor', '--test-notifications']],
  ['no deployment is recorded, so nothing can be said of its time', ['gate', '--to', '25']],
  ['no rollback is configured', ['rollback']],
  [
    "the trace receiver's address … is already in use",
    ['monitor'],
    {
      'vigil.config.json': JSON.stringify({
        target: { orchestration: 'http://127.0.0.1:1', traces: { receiver: `http://127.0.0.1:${port}` } },
      }),
    },
  ],
  [
    'expected a reference, env:NAME, file:/path or exec:10m:command, and not the secret itself',
    ['monitor', '--test-notifications'],
    {
      'vigil.config.json': JSON.stringify({
        notifications: { channels: [{ type: 'slack', secretUrl: 'https://hooks.example.com/x' }] },
      }),
    },
  ],
];

const producedMessages = produced.map(([message]) => message);
test.each(messages.filter((message) => !producedMessages.includes(message)))('Vigil says: %s', (message) =>
  expect(isSaid(message)).toBe(true),
);

test('a message that nothing says is noticed', () => expect(isSaid('the moon is … full')).toBe(false));

describe('said when it should be', () => {
  test.each(produced)('%s', async (message, args, files = {}, env = {}) => {
    const { stdout, stderr } = await vigil(args, { cwd: emptyFolder(files), env });
    const pattern = message
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.+');
    expect(messages).toContain(message);
    expect(`${stdout}${stderr}`.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(pattern));
  });
});
