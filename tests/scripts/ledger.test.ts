import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, vigilProcess } from './vigil.ts';

/** Node as it is where nobody has installed the driver. */
const withoutDriver = `
const { Module } = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  if (name === 'pg') throw Object.assign(new Error("Cannot find module 'pg'"), { code: 'MODULE_NOT_FOUND' });
  return resolve.call(this, name, ...rest);
};
`;

const config = {
  name: 'Shop',
  target: { url: 'http://127.0.0.1:1' },
  probes: [{ type: 'http', url: '/' }],
  ledger: { postgres: 'env:LEDGER_OF_TEST' },
  rollback: { options: ['flag'], flag: { file: 'flags.json', key: 'new' } },
};

test.each([
  ['monitor --loop --port 0'],
  ['monitor --notify'],
  ['gate --deployed v2'],
  ['gate --to 25'],
  ['rollback --execute --reason slow'],
])(
  'vigil %s with a ledger and without its driver ends with exit code 64, and says what to install',
  async (command) => {
    const cwd = emptyFolder({ 'vigil.config.json': JSON.stringify(config) });
    const hook = path.join(cwd, 'without-driver.cjs');
    writeFileSync(hook, withoutDriver);
    const env = { LEDGER_OF_TEST: 'postgres://vigil:secret@127.0.0.1:1/vigil' };
    const ended = await vigilProcess(command.split(' '), { cwd, env, nodeArgs: ['--require', hook] });
    expect([ended.code, ended.stderr]).toEqual([64, expect.stringContaining('pg is not installed')]);
    expect(ended.stderr).toContain('npm install --save-dev pg');
  },
);
