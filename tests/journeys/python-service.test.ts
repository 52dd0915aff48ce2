// @module-tag git
// @module-tag prometheus_client

import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { vigilProcess } from '../scripts/vigil.ts';
import { deployed, here, rollOut, shortened, users } from './roll-out.ts';

test('a Python service with the metric names of OpenTelemetry: the same, from what init writes', async () => {
  const search = await deployed(
    (port, app) => ['/usr/bin/python3', here('shop.py'), String(port), app],
    '/health',
  );
  users(search.url, [
    ['GET', '/search'],
    ['POST', '/order'],
  ]);
  const made = await vigilProcess(['init', '--url', search.url, '--yes'], { cwd: search.folder });
  expect(made.code, made.stderr).toBe(0);
  const [written = ''] = fs.readdirSync(search.folder).filter((name) => /^vigil\.config\./.test(name));
  const text = fs.readFileSync(path.join(search.folder, written), 'utf8');
  fs.rmSync(path.join(search.folder, written));
  // The package is not installed here; what helps the editor is nothing at run time.
  const plain = path.join(search.folder, 'made.mjs');
  fs.writeFileSync(plain, text.replace(/^import .*$/m, '').replace('defineConfig(', '('));
  const { default: own } = await import(plain);
  // The suite that it writes needs the package installed; probes stand in for it.
  const { suite: _, ...services } = own;
  const config = {
    ...services,
    ...shortened,
    probes: [
      { type: 'http', id: 'search', service: 'service', url: '/search' },
      { type: 'http', id: 'order', service: 'service', url: '/order', method: 'POST', samples: 10 },
    ],
    rollback: search.rollback,
  };
  await rollOut(search.folder, config, search.deploy, { failing: 0.3 });
});
