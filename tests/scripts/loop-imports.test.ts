import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const loop = new URL('../../scripts/monitor.ts', import.meta.url).href;

/** Prints what a process has loaded that imported the loop: packages' files, and parts of Node. */
const program = `
  import { registerHooks } from 'node:module';
  const files = [];
  registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
  await import(${JSON.stringify(loop)});
  console.log(JSON.stringify([...files, ...process.moduleLoadList]));
`;

test('the loop loads no package that only other commands, other targets or a rare hour need', () => {
  const options = { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8' } as const;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], options);
  const loaded: string[] = JSON.parse(said);
  expect(loaded.some((url) => url.includes('/node_modules/fastify/'))).toBe(true);
  const rare =
    /node_modules\/(echarts|marked|nodemailer|pino|prom-client|protobufjs|tar|yaml|systeminformation|@grafana|@opentelemetry|@openfeature)\//;
  expect(loaded.filter((name) => rare.test(name))).toEqual([]);
});
